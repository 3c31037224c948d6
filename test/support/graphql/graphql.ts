/* eslint-disable */
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
export type Maybe<T> = T | null;
export type InputMaybe<T> = T | null | undefined;
export type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
export type MakeOptional<T, K extends keyof T> = Omit<T, K> & { [SubKey in K]?: Maybe<T[SubKey]> };
export type MakeMaybe<T, K extends keyof T> = Omit<T, K> & { [SubKey in K]: Maybe<T[SubKey]> };
export type MakeEmpty<T extends { [key: string]: unknown }, K extends keyof T> = { [_ in K]?: never };
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** Whole number of any size, as text, such as `172769726373`. */
  BigInt: { input: string; output: string; }
  /** Day without a time, such as 2026-01-31. */
  Date: { input: string; output: string; }
  /** Instant in UTC by RFC 3339, such as 2026-01-31T12:00:00Z. */
  DateTime: { input: string; output: string; }
  /** Number of an eSIM (GSMA SGP.02): 32 digits, the last two check digits. */
  EID: { input: string; output: string; }
  /** E-mail address by the HTML specification. */
  EmailAddress: { input: string; output: string; }
  /** Number printed on a SIM (ITU-T E.118): 18 to 22 digits, usually 19 or 20, the last one a check digit. Some systems pad it with F, and some operators use letters: both are accepted. */
  ICCID: { input: string; output: string; }
  /** Number of a device (3GPP TS 23.003): 14 digits, 15 with the check digit, 16 with a software version. */
  IMEI: { input: string; output: string; }
  /** Number of a subscriber in the network (ITU-T E.212): country, network and subscriber, up to 15 digits. */
  IMSI: { input: string; output: string; }
  /** Phone number (ITU-T E.164): up to 15 digits, country code first; a leading + is allowed. */
  MSISDN: { input: string; output: string; }
};

/** A KORE account (ConnectivityPro). KORE is called only when a field other than its id is selected. */
export type Account = Node & {
  __typename?: 'Account';
  /** All activation profiles of the account. One KORE call, and one more per profile for its description, service type, product offer, plans or features. */
  activationProfiles?: Maybe<Array<ActivationProfile>>;
  /** Kinds of actions that alert rules of the account may take. One KORE call. */
  alertActions?: Maybe<Array<AlertAction>>;
  /** Kinds of events that alert rules of the account may name. One KORE call. */
  alertEvents?: Maybe<Array<AlertEvent>>;
  /** All alert rules of the account. One KORE call. */
  alertRules?: Maybe<Array<AlertRule>>;
  /** Alerts of the last 15 days, in KORE's order, which KORE does not state. One KORE call. */
  alerts?: Maybe<AlertConnection>;
  /** Active API clients of this account, where the configuration maps theirs to it; null, with a hint, where it does not: KORE publishes no mapping. KORE lists by no account, so its whole list is read, once for all accounts of an operation: one KORE call per 1,000 clients; where it takes several and clients may have moved meanwhile, it is read twice. */
  clients?: Maybe<ClientConnection>;
  /** All cost centers of the account. One KORE call. */
  costCenters?: Maybe<Array<CostCenter>>;
  /** The daily report on the account's SIMs; null where KORE has none, such as before its schedule was set up with KORE. One KORE call. */
  dailySubscriptionsReport?: Maybe<DailySubscriptionsReport>;
  /** The account's diagnostics requests, in KORE's order, which KORE does not state. One KORE call. */
  diagnosticsRequests?: Maybe<DiagnosticsRequestConnection>;
  /** The account's eSIM requests, in KORE's order, which KORE does not state. One KORE call. */
  esimRequests?: Maybe<EsimRequestConnection>;
  /** All features that the account is eligible for. One KORE call. */
  features?: Maybe<Array<Feature>>;
  /** KORE's account-id, such as `cmp-pp-org-…`. */
  id: Scalars['ID']['output'];
  /** KORE's account-name. Null where the configured administrator does not see the account. */
  name?: Maybe<Scalars['String']['output']>;
  /** Globally unique, opaque id: `node` takes it, and client caches can key by it. */
  nodeId: Scalars['ID']['output'];
  /** KORE's account-number. Null where the configured administrator does not see the account. */
  number?: Maybe<Scalars['String']['output']>;
  /** All plan types of the account. One KORE call. */
  planTypes?: Maybe<Array<PlanType>>;
  /** All plans that the account is eligible for. One KORE call. */
  plans?: Maybe<Array<Plan>>;
  /** The account's provisioning requests, in KORE's order, which KORE does not state. One KORE call. */
  provisioningRequests?: Maybe<ProvisioningRequestConnection>;
  /** All service types that the account is eligible for. One KORE call. */
  serviceTypes?: Maybe<Array<ServiceType>>;
  /** The number of SIMs in each state. One KORE call per state; UNKNOWN, the rest of the account's SIMs, needs all states and one call more: 11 by default. Each is kept for CACHE_SECONDS, until a write or an event about SIMs. */
  simCounts?: Maybe<Array<SimCount>>;
  /** Texts to and from the account's SIMs. One KORE call. */
  smsMessages?: Maybe<SmsMessageConnection>;
  /** The account's SIMs, by creation time unless ordered otherwise. A page from the start is one KORE call, of several states at most one per state. */
  subscriptions?: Maybe<SimSubscriptionConnection>;
};


/** A KORE account (ConnectivityPro). KORE is called only when a field other than its id is selected. */
export type AccountAlertsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<AlertFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** A KORE account (ConnectivityPro). KORE is called only when a field other than its id is selected. */
export type AccountClientsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  type?: InputMaybe<ClientType>;
};


/** A KORE account (ConnectivityPro). KORE is called only when a field other than its id is selected. */
export type AccountDailySubscriptionsReportArgs = {
  date?: InputMaybe<Scalars['Date']['input']>;
};


/** A KORE account (ConnectivityPro). KORE is called only when a field other than its id is selected. */
export type AccountDiagnosticsRequestsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<DiagnosticsRequestFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** A KORE account (ConnectivityPro). KORE is called only when a field other than its id is selected. */
export type AccountEsimRequestsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  eid?: InputMaybe<Scalars['EID']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** A KORE account (ConnectivityPro). KORE is called only when a field other than its id is selected. */
export type AccountProvisioningRequestsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<ProvisioningRequestFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** A KORE account (ConnectivityPro). KORE is called only when a field other than its id is selected. */
export type AccountSimCountsArgs = {
  states?: InputMaybe<Array<SimState>>;
};


/** A KORE account (ConnectivityPro). KORE is called only when a field other than its id is selected. */
export type AccountSmsMessagesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<SmsMessageFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  order?: InputMaybe<SmsOrder>;
};


/** A KORE account (ConnectivityPro). KORE is called only when a field other than its id is selected. */
export type AccountSubscriptionsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<SimSubscriptionFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  orderBy?: InputMaybe<SimSubscriptionSort>;
};

/** An event of any kind that KORE delivers. All are `KoreEvent`. */
export type AccountEvent = OtherEvent | ProvisioningRequestStatusChange | SimStateChange | SmsFromSim | SmsStatusChange;

/** The kind of an event. */
export type AccountEventType =
  /** An alert of any other rule, or one whose data cannot be read, as `OtherEvent`. */
  | 'OTHER'
  /** KORE's `connectivity.provisioning.request.status.changed`, as `ProvisioningRequestStatusChange`. */
  | 'PROVISIONING_REQUEST_STATUS_CHANGED'
  /** KORE's `connectivity.smsapi.mobileoriginated`, as `SmsFromSim`. */
  | 'SMS_FROM_SIM'
  /** KORE's `connectivity.smsapi.mobileterminated`, as `SmsStatusChange`. */
  | 'SMS_STATUS_CHANGED'
  /** KORE's `connectivity.subscription.state.changed`, as `SimStateChange`. */
  | 'SUBSCRIPTION_STATE_CHANGED';

/** SIMs to activate. */
export type ActivateSubscriptionsInput = {
  /** The account that the SIMs belong to. */
  accountId: Scalars['ID']['input'];
  /** The activation profile to use. See `SimSubscription.eligibleActivationProfiles`. */
  activationProfileId?: InputMaybe<Scalars['ID']['input']>;
  /** The state after activation. */
  activationState: ActivationState;
  /** Read what the write depends on, return what would be written, and write nothing. */
  dryRun?: InputMaybe<Scalars['Boolean']['input']>;
  /** KORE requires it for KORE TELS2. */
  ipnd?: InputMaybe<AustralianIpndInput>;
  /** Addresses that KORE notifies of every change of the request's status; at most 20. */
  notifyEmails?: InputMaybe<Array<Scalars['EmailAddress']['input']>>;
  /** Idempotency key of yours, 1 to 200 characters, per account and mutation. A repetition with the same input does not write again and returns the outcome, also after a restart; with another input it is refused as REQUEST_KEY_REUSED. Without a key, an identical mutation joins one that KORE has not finished. */
  requestKey?: InputMaybe<Scalars['String']['input']>;
  /** KORE requires it for Verizon activation by SKU. */
  sku?: InputMaybe<Scalars['String']['input']>;
  /** The SIMs, each by id or ICCID. A SIM that is named twice counts once. With different IMEIs it is REJECTED. */
  subscriptions: Array<SimActivation>;
  /** Seconds to wait for KORE to finish before answering, at most the server's limit (`capabilities.limits`). The answer is complete either way: what KORE has failed by then is FAILED, what it has not finished is SUBMITTED. */
  waitUpTo?: InputMaybe<Scalars['Int']['input']>;
};

/** The outcome of activating, for each SIM. */
export type ActivateSubscriptionsPayload = OrderPayload & {
  __typename?: 'ActivateSubscriptionsPayload';
  /** The results, counted by outcome. */
  counts: OrderCounts;
  /** Whether this was a dry run: nothing was written. */
  isDryRun: Scalars['Boolean']['output'];
  /** Number of KORE's provisioning requests of the order, or that a dry run would create. */
  koreRequests: Scalars['Int']['output'];
  /** KORE's provisioning requests of this order. One KORE call each, unless only ids are selected. */
  requests: Array<ProvisioningRequest>;
  /** One result per different SIM, in the order of the input. */
  results: Array<OrderResult>;
  /** Values that SIMs of a dry run's activation lack and KORE may require: it would fail the SIMs after accepting them. Empty for other verbs, and where nothing was rehearsed. No KORE call. */
  unchecked: Array<UncheckedRequirement>;
};

/** A named set of plans, features and product offer with which SIMs are activated. Not the profile that a SIM is on. */
export type ActivationProfile = Node & {
  __typename?: 'ActivationProfile';
  /** The account that it belongs to. */
  account: Account;
  /** The account that it belongs to. */
  accountId: Scalars['ID']['output'];
  /** When it was created; null when KORE's date has an unknown form. */
  createdAt?: Maybe<Scalars['DateTime']['output']>;
  /** Its creator, as KORE names it. */
  createdBy?: Maybe<Scalars['String']['output']>;
  /** Description by its creator. */
  description?: Maybe<Scalars['String']['output']>;
  /** KORE's ids of the features that it gives a SIM. */
  featureIds?: Maybe<Array<Scalars['ID']['output']>>;
  /** The features that it gives a SIM, in the order of `featureIds`, null where KORE knows none by the id. One KORE call for the profile unless it was read alone, one per account, and one more for each that the account is no longer eligible for. */
  features?: Maybe<Array<Maybe<Feature>>>;
  /** KORE's activation-profile-id. */
  id: Scalars['ID']['output'];
  /** KORE's activation-profile-name. */
  name?: Maybe<Scalars['String']['output']>;
  /** Globally unique, opaque id: `node` takes it, and client caches can key by it. */
  nodeId: Scalars['ID']['output'];
  /** KORE's ids of the plans that it gives a SIM. */
  planIds?: Maybe<Array<Scalars['ID']['output']>>;
  /** The plans that it gives a SIM, in the order of `planIds`, null where KORE knows none by the id. One KORE call for the profile unless it was read alone, one per account, and one more for each that the account is no longer eligible for. */
  plans?: Maybe<Array<Maybe<Plan>>>;
  /** KORE's product-offer: a mix of plans, features and SIM formats. */
  productOffer?: Maybe<Scalars['String']['output']>;
  /** The service type of the SIMs that it applies to. One KORE call for the profile unless it was read alone, one per account, and one more for each that the account is no longer eligible for. */
  serviceType?: Maybe<ServiceType>;
  /** KORE's service-type-id, of the SIMs that it applies to. */
  serviceTypeId?: Maybe<Scalars['ID']['output']>;
};

/** A value that KORE requires for activations of some service types. */
export type ActivationRequirement =
  /** The IMEI of the device, which KORE requires for APEX. */
  | 'IMEI'
  /** An IMEI or a SKU, one of which KORE requires for Verizon. */
  | 'IMEI_OR_SKU'
  /** Details for Australia's number database, which KORE requires for KORE TELS2. */
  | 'IPND'
  /** A SKU. */
  | 'SKU';

/** A state to activate a SIM to. The SIM then has the state of the same name. */
export type ActivationState =
  /** In service, and billed. */
  | 'ACTIVE'
  /** KORE's `ready`: SIM state READY. */
  | 'READY'
  /** KORE's `test`: SIM state TEST. */
  | 'TEST';

/** An alert: events to which a rule has reacted. */
export type Alert = Node & {
  __typename?: 'Alert';
  /** The account. */
  accountId: Scalars['ID']['output'];
  /** The actions that it has taken. */
  actions: Array<AlertRun>;
  /** Whether all actions have ended. */
  areAllActionsComplete?: Maybe<Scalars['Boolean']['output']>;
  /** KORE's date-added. */
  createdAt?: Maybe<Scalars['DateTime']['output']>;
  /** KORE's id of the alert. */
  id: Scalars['ID']['output'];
  /** Globally unique, opaque id: `node` takes it, and client caches can key by it. */
  nodeId: Scalars['ID']['output'];
  /** The rule. One KORE call for all alerts of an account. */
  rule?: Maybe<AlertRule>;
  /** KORE's rule-id. */
  ruleId?: Maybe<Scalars['ID']['output']>;
};

/** A kind of action that rules of an account may take. */
export type AlertAction = {
  __typename?: 'AlertAction';
  /** Its attributes. */
  attributes: Array<AlertAttribute>;
  /** KORE's description. */
  description?: Maybe<Scalars['String']['output']>;
  /** KORE's name, such as `webhook`. */
  name: Scalars['String']['output'];
};

/** Kind of an action that an alert has taken. */
export type AlertActionType =
  /** KORE's `block-Usage`. */
  | 'BLOCK_USAGE'
  /** KORE's `email`. */
  | 'EMAIL'
  /** KORE's `unblock-usage`. */
  | 'UNBLOCK_USAGE'
  /** A type that this graph does not know; see `rawType`. */
  | 'UNKNOWN'
  /** KORE's `webhook`. */
  | 'WEBHOOK';

/** An attribute of an event or action. */
export type AlertAttribute = {
  __typename?: 'AlertAttribute';
  /** KORE's description. */
  description?: Maybe<Scalars['String']['output']>;
  /** Its name, as conditions take it. */
  name?: Maybe<Scalars['String']['output']>;
  /** KORE's type; its values are not stated. */
  type?: Maybe<Scalars['String']['output']>;
};

/** When a rule's alerts are sent together. */
export type AlertBatching = {
  __typename?: 'AlertBatching';
  /** KORE's type as it came. */
  rawType?: Maybe<Scalars['String']['output']>;
  /** Times of the day, such as 08:30:00; KORE states no time zone. */
  times: Array<Scalars['String']['output']>;
  /** Each hour, or at times of the day. */
  type?: Maybe<AlertBatchingType>;
};

/** When to send a rule's alerts together. */
export type AlertBatchingInput = {
  /** With DAILY: 1 to 10 times such as 08:30:00. KORE states no time zone. */
  times?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Each hour, or at times of the day; not UNKNOWN. */
  type: AlertBatchingType;
};

/** When a rule's alerts are sent together. */
export type AlertBatchingType =
  /** At the given times of each day. */
  | 'DAILY'
  /** Each hour. */
  | 'HOURLY'
  /** A type that this graph does not know; see `rawType`. */
  | 'UNKNOWN';

/** A condition of an alert rule. */
export type AlertCondition = {
  __typename?: 'AlertCondition';
  /** An attribute of the event, see `AlertEvent.attributes`. */
  attribute?: Maybe<Scalars['String']['output']>;
  /** The comparison. */
  operator?: Maybe<AlertOperator>;
  /** KORE's condition-operator as it came. */
  rawOperator?: Maybe<Scalars['String']['output']>;
  /** The value; several are joined by commas. */
  value?: Maybe<Scalars['String']['output']>;
};

/** A condition of an alert rule. */
export type AlertConditionInput = {
  /** An attribute of the event, see `AlertEvent.attributes`. */
  attribute: Scalars['String']['input'];
  /** The comparison; not UNKNOWN. */
  operator: AlertOperator;
  /** The value; several with IN and NOT_IN, which may hold no comma. */
  values: Array<Scalars['String']['input']>;
};

/** A page of Alert items. */
export type AlertConnection = {
  __typename?: 'AlertConnection';
  /** The items of this page, each with its cursor. */
  edges: Array<AlertEdge>;
  /** The items of this page. */
  nodes: Array<Alert>;
  /** Position of this page in the list. */
  pageInfo: PageInfo;
  /** Items in the whole list; null when KORE's reply does not state it. */
  totalCount?: Maybe<Scalars['Int']['output']>;
};

/** One Alert of a list, with its cursor. */
export type AlertEdge = {
  __typename?: 'AlertEdge';
  /** Cursor of the position after the item. */
  cursor: Scalars['String']['output'];
  /** The item. */
  node: Alert;
};

/** An e-mail that a rule sends. */
export type AlertEmail = {
  __typename?: 'AlertEmail';
  /** Recipients of blind copies. */
  bcc?: Maybe<Scalars['String']['output']>;
  /** Recipients of copies. */
  cc?: Maybe<Scalars['String']['output']>;
  /** Recipients, as KORE writes them. */
  to: Scalars['String']['output'];
};

/** An e-mail for a rule to send. */
export type AlertEmailInput = {
  /** Recipient of its blind copy. */
  bcc?: InputMaybe<Scalars['EmailAddress']['input']>;
  /** Recipient of its copy. */
  cc?: InputMaybe<Scalars['EmailAddress']['input']>;
  /** Its recipient. */
  to: Scalars['EmailAddress']['input'];
};

/** A kind of event that rules of an account may name. */
export type AlertEvent = {
  __typename?: 'AlertEvent';
  /** Names of the actions that a rule for it may take. */
  actions: Array<Scalars['String']['output']>;
  /** Attributes that conditions may compare. */
  attributes: Array<AlertAttribute>;
  /** KORE's category; its values are not stated. */
  category?: Maybe<Scalars['String']['output']>;
  /** KORE's default-frequency; its values are not stated. */
  defaultFrequency?: Maybe<Scalars['String']['output']>;
  /** KORE's description. */
  description?: Maybe<Scalars['String']['output']>;
  /** KORE's event-id. */
  eventId?: Maybe<Scalars['ID']['output']>;
  /** KORE's frequencies. */
  frequencies: Array<Scalars['String']['output']>;
  /** KORE's frequency-attribute. */
  frequencyAttribute?: Maybe<Scalars['String']['output']>;
  /** KORE's event-name, such as `connectivity.subscription.state.changed`. */
  name: Scalars['String']['output'];
};

/** Filter of alerts. KORE keeps 15 days. */
export type AlertFilter = {
  /** Since the day of this instant in UTC: KORE filters by days. */
  since?: InputMaybe<Scalars['DateTime']['input']>;
  /** Until the day of this instant in UTC. KORE does not state whether that day counts. */
  until?: InputMaybe<Scalars['DateTime']['input']>;
};

/** How a condition compares an attribute of the event with a value. */
export type AlertOperator =
  /** KORE's `==`. */
  | 'EQUAL'
  /** KORE's `>`. */
  | 'GREATER'
  /** KORE's `>=`. */
  | 'GREATER_OR_EQUAL'
  /** KORE's `in`: one of several values, joined by commas. */
  | 'IN'
  /** KORE's `<`. */
  | 'LESS'
  /** KORE's `<=`. */
  | 'LESS_OR_EQUAL'
  /** KORE's `!=`. */
  | 'NOT_EQUAL'
  /** KORE's `not in`: none of several values, joined by commas. */
  | 'NOT_IN'
  /** An operator that this graph does not know; see `rawOperator`. */
  | 'UNKNOWN';

/** The body of a webhook that an alert has sent. */
export type AlertPayload = {
  __typename?: 'AlertPayload';
  /** KORE's account. */
  accountId?: Maybe<Scalars['ID']['output']>;
  /** KORE's alert-id. */
  alertId?: Maybe<Scalars['ID']['output']>;
  /** KORE's event-name. */
  eventName?: Maybe<Scalars['String']['output']>;
  /** The events. KORE declares no fields of theirs. */
  events: Array<AlertPayloadEvent>;
  /** KORE's rule-id. */
  ruleId?: Maybe<Scalars['ID']['output']>;
  /** KORE's rule-name. */
  ruleName?: Maybe<Scalars['String']['output']>;
  /** KORE's alert-message-date. */
  sentAt?: Maybe<Scalars['DateTime']['output']>;
};

/** An event in the body of a webhook, by KORE's sample. */
export type AlertPayloadEvent = {
  __typename?: 'AlertPayloadEvent';
  /** When it happened. */
  at?: Maybe<Scalars['DateTime']['output']>;
  /** KORE's id of the event. */
  eventId?: Maybe<Scalars['ID']['output']>;
  /** KORE's new-state, as it came. */
  newState?: Maybe<Scalars['String']['output']>;
  /** KORE's old-state, as it came. */
  oldState?: Maybe<Scalars['String']['output']>;
  /** KORE's subscription-id of the SIM. */
  subscriptionId?: Maybe<Scalars['ID']['output']>;
};

/** A rule by which KORE reacts to events of an account. */
export type AlertRule = Node & {
  __typename?: 'AlertRule';
  /** The account. */
  account: Account;
  /** The account. */
  accountId: Scalars['ID']['output'];
  /** When its alerts are sent together; null: each at once. */
  batching?: Maybe<AlertBatching>;
  /** Conditions, all of which must hold. */
  conditions: Array<AlertCondition>;
  /** When it was created. KORE states no time zone; read as UTC. */
  createdAt?: Maybe<Scalars['DateTime']['output']>;
  /** The e-mail that it sends. */
  email?: Maybe<AlertEmail>;
  /** The event that it reacts to. */
  eventName?: Maybe<Scalars['String']['output']>;
  /** KORE's rule-id. */
  id: Scalars['ID']['output'];
  /** Whether it reacts. */
  isEnabled?: Maybe<Scalars['Boolean']['output']>;
  /** Its name. */
  name?: Maybe<Scalars['String']['output']>;
  /** Globally unique, opaque id: `node` takes it, and client caches can key by it. */
  nodeId: Scalars['ID']['output'];
  /** When it was changed. KORE states no time zone; read as UTC. */
  updatedAt?: Maybe<Scalars['DateTime']['output']>;
  /** The period for which it blocks usage; KORE does not state its values. */
  usageBlockPeriod?: Maybe<Scalars['String']['output']>;
  /** The webhook that it sends. */
  webhook?: Maybe<AlertWebhook>;
};

/** The outcome of writing an alert rule. */
export type AlertRuleOutcome =
  /** It was created, KORE's reply was lost, and the rule was found in KORE's list. */
  | 'ADOPTED'
  /** The rule is as wanted: nothing was written. */
  | 'ALREADY_SATISFIED'
  /** It is done. */
  | 'DONE'
  /** Whether it was written could not be found out; see `message`. */
  | 'OUTCOME_UNKNOWN'
  /** Nothing was written, or KORE refused; see `reason`. */
  | 'REJECTED';

/** The outcome of writing an alert rule. Each mutation has a payload of its own. */
export type AlertRulePayload = {
  /** The part of the input that caused it. */
  field?: Maybe<Scalars['String']['output']>;
  /** The reason in words. */
  message?: Maybe<Scalars['String']['output']>;
  /** The outcome. */
  outcome: AlertRuleOutcome;
  /** Why it was not written, or possibly not. */
  reason?: Maybe<AlertRuleReason>;
  /** The rule as KORE lists it. One KORE call. */
  rule?: Maybe<AlertRule>;
  /** KORE's rule-id. */
  ruleId?: Maybe<Scalars['ID']['output']>;
};

/** Why an alert rule was not written, or possibly not. */
export type AlertRuleReason =
  /** KORE refused the request; `message` has its words. */
  | 'KORE_REFUSED'
  /** The account has another rule of this name; `ruleId` names it. */
  | 'NAME_TAKEN'
  /** The account has no such rule. */
  | 'NOT_FOUND'
  /** KORE does not permit it to the credentials of kore-graph. */
  | 'NOT_PERMITTED'
  /** KORE's reply was lost, and its list does not show whether it was done. */
  | 'REPLY_LOST'
  /** KORE does not show the access token that the rule has: give it. */
  | 'TOKEN_NEEDED';

/** An action that an alert has taken. KORE's access token is no field of it. */
export type AlertRun = {
  __typename?: 'AlertRun';
  /** Recipient of its blind copy. */
  bcc?: Maybe<Scalars['String']['output']>;
  /** Recipient of its copy. */
  cc?: Maybe<Scalars['String']['output']>;
  /** Ids of the events. */
  eventIds: Array<Scalars['ID']['output']>;
  /** KORE's fire-date. */
  firedAt?: Maybe<Scalars['DateTime']['output']>;
  /** KORE's success. */
  isSuccessful?: Maybe<Scalars['Boolean']['output']>;
  /** Body of a webhook. */
  payload?: Maybe<AlertPayload>;
  /** KORE's type as it came. */
  rawType?: Maybe<Scalars['String']['output']>;
  /** KORE's request-id of blocked or unblocked usage. */
  requestId?: Maybe<Scalars['ID']['output']>;
  /** KORE's subscription-id of the SIM whose usage is blocked. */
  subscriptionId?: Maybe<Scalars['ID']['output']>;
  /** Recipient of an e-mail. */
  to?: Maybe<Scalars['String']['output']>;
  /** Its kind. */
  type?: Maybe<AlertActionType>;
  /** Address of a webhook. */
  url?: Maybe<Scalars['String']['output']>;
};

/** A webhook that a rule sends. Its access token is no field of it. */
export type AlertWebhook = {
  __typename?: 'AlertWebhook';
  /** KORE's access-token-key: the name under which the token is sent. */
  accessTokenKey?: Maybe<Scalars['String']['output']>;
  /** Whether it has an access token. */
  hasAccessToken: Scalars['Boolean']['output'];
  /** Its address. */
  url: Scalars['String']['output'];
};

/** A webhook for a rule to send. */
export type AlertWebhookInput = {
  /** The token. When a rule is updated and its address and key stay, the token that it has is kept by default. No answer shows it. */
  accessToken?: InputMaybe<Scalars['String']['input']>;
  /** KORE's access-token-key: the name under which the token is sent. */
  accessTokenKey?: InputMaybe<Scalars['String']['input']>;
  /** Its address: HTTPS, since KORE sends to no other. */
  url: Scalars['String']['input'];
};

/** SIMs that are assigned to a cost center. */
export type AssignCostCenterInput = {
  /** The account that the SIMs belong to. */
  accountId: Scalars['ID']['input'];
  /** `CostCenter.key` of the cost center. */
  costCenterKey: Scalars['ID']['input'];
  /** Read what the write depends on, return what would be written, and write nothing. */
  dryRun?: InputMaybe<Scalars['Boolean']['input']>;
  /** Idempotency key of yours, 1 to 200 characters, per account and mutation. A repetition with the same input does not write again and returns the outcome, also after a restart; with another input it is refused as REQUEST_KEY_REUSED. Without a key, an identical mutation joins one that KORE has not finished. */
  requestKey?: InputMaybe<Scalars['String']['input']>;
  /** The SIMs, each by id or ICCID. A SIM that is named twice counts once. */
  subscriptions: Array<SimSelector>;
  /** Seconds to wait for KORE to finish before answering, at most the server's limit (`capabilities.limits`). The answer is complete either way: what KORE has failed by then is FAILED, what it has not finished is SUBMITTED. */
  waitUpTo?: InputMaybe<Scalars['Int']['input']>;
};

/** The outcome of assigning SIMs to a cost center, for each SIM. */
export type AssignCostCenterPayload = RecordChangePayload & {
  __typename?: 'AssignCostCenterPayload';
  /** The results, counted by outcome. */
  counts: OrderCounts;
  /** Whether this was a dry run: nothing was written. */
  isDryRun: Scalars['Boolean']['output'];
  /** Number of KORE's subscription requests of the order, or that a dry run would create. */
  koreRequests: Scalars['Int']['output'];
  /** KORE's subscription requests of this order. One KORE call each, unless only ids are selected. */
  requests: Array<SubscriptionRequest>;
  /** One result per different SIM, in the order of the input. */
  results: Array<RecordChangeResult>;
};

/** An entry for Australia's public number database (IPND). */
export type AustralianIpndInput = {
  /** Address. */
  address?: InputMaybe<Scalars['String']['input']>;
  /** First name. */
  firstName?: InputMaybe<Scalars['String']['input']>;
  /** Last name. */
  lastName?: InputMaybe<Scalars['String']['input']>;
  /** Title of the person, such as Ms. */
  title?: InputMaybe<Scalars['String']['input']>;
};

/** An eSIM request to cancel. */
export type CancelEsimRequestInput = {
  /** The account whose eSIMs the request changes. */
  accountId: Scalars['ID']['input'];
  /** Read the request, return what would be written, and write nothing. */
  dryRun?: InputMaybe<Scalars['Boolean']['input']>;
  /** eSIMs of the request. Default: all of them to which it applies. */
  eids?: InputMaybe<Array<Scalars['EID']['input']>>;
  /** KORE's id of the eSIM request, of any type. */
  id: Scalars['ID']['input'];
  /** Cancel pending automatic retries only, and not the request. */
  retriesOnly?: InputMaybe<Scalars['Boolean']['input']>;
};

/** The outcome of cancelling an eSIM request, for each eSIM. */
export type CancelEsimRequestPayload = EsimFollowUpPayload & {
  __typename?: 'CancelEsimRequestPayload';
  /** The results, counted by outcome. */
  counts: OrderCounts;
  /** Whether this was a dry run: nothing was written. */
  isDryRun: Scalars['Boolean']['output'];
  /** The eSIM request. One KORE call, unless only its id is selected. */
  request: EsimRequest;
  /** One result per different eSIM. */
  results: Array<EsimOrderResult>;
};

/** Capabilities of this deployment. */
export type Capabilities = {
  __typename?: 'Capabilities';
  /** The sizes that it accepts. */
  limits: DeploymentLimits;
  /** The KORE behind the graph. */
  mode: DeploymentMode;
  /** Whether operations on API clients are enabled that KORE documents without publishing an endpoint. If not, they answer NOT_PUBLISHED_BY_KORE; listing, reading and creating standard clients always works. */
  unpublishedClientOperations: Scalars['Boolean']['output'];
};

/** SIMs to change to the plans and features of an activation profile. */
export type ChangeSubscriptionPlanInput = {
  /** The account that the SIMs belong to. */
  accountId: Scalars['ID']['input'];
  /** The activation profile whose plans and features they get. */
  activationProfileId: Scalars['ID']['input'];
  /** Read what the write depends on, return what would be written, and write nothing. */
  dryRun?: InputMaybe<Scalars['Boolean']['input']>;
  /** Addresses that KORE notifies of every change of the request's status; at most 20. */
  notifyEmails?: InputMaybe<Array<Scalars['EmailAddress']['input']>>;
  /** Idempotency key of yours, 1 to 200 characters, per account and mutation. A repetition with the same input does not write again and returns the outcome, also after a restart; with another input it is refused as REQUEST_KEY_REUSED. Without a key, an identical mutation joins one that KORE has not finished. */
  requestKey?: InputMaybe<Scalars['String']['input']>;
  /** The SIMs, each by id or ICCID. A SIM that is named twice counts once. */
  subscriptions: Array<SimSelector>;
  /** Seconds to wait for KORE to finish before answering, at most the server's limit (`capabilities.limits`). The answer is complete either way: what KORE has failed by then is FAILED, what it has not finished is SUBMITTED. */
  waitUpTo?: InputMaybe<Scalars['Int']['input']>;
};

/** The outcome of changing to an activation profile, for each SIM. */
export type ChangeSubscriptionPlanPayload = OrderPayload & {
  __typename?: 'ChangeSubscriptionPlanPayload';
  /** The results, counted by outcome. */
  counts: OrderCounts;
  /** Whether this was a dry run: nothing was written. */
  isDryRun: Scalars['Boolean']['output'];
  /** Number of KORE's provisioning requests of the order, or that a dry run would create. */
  koreRequests: Scalars['Int']['output'];
  /** KORE's provisioning requests of this order. One KORE call each, unless only ids are selected. */
  requests: Array<ProvisioningRequest>;
  /** One result per different SIM, in the order of the input. */
  results: Array<OrderResult>;
  /** Values that SIMs of a dry run's activation lack and KORE may require: it would fail the SIMs after accepting them. Empty for other verbs, and where nothing was rehearsed. No KORE call. */
  unchecked: Array<UncheckedRequirement>;
};

/** An API client: a set of credentials for KORE's APIs. Its secret is no field of it. */
export type Client = Node & {
  __typename?: 'Client';
  /** The ConnectivityPro account, where the configuration maps `accountId` to one; KORE publishes no mapping. */
  account?: Maybe<Account>;
  /** KORE's account_id, such as `acct_…`: not an `Account.id`, which looks like `cmp-…`. */
  accountId?: Maybe<Scalars['ID']['output']>;
  /** When it was made. */
  createdAt?: Maybe<Scalars['DateTime']['output']>;
  /** KORE's client_id, such as `apiclient_…`. */
  id: Scalars['ID']['output'];
  /** Whether only account owners, account administrators and its owner may edit it. Null: never locked. */
  isLocked?: Maybe<Scalars['Boolean']['output']>;
  /** The client's name. */
  name?: Maybe<Scalars['String']['output']>;
  /** Globally unique, opaque id: `node` takes it, and client caches can key by it. */
  nodeId: Scalars['ID']['output'];
  /** E-mail address of its owner. */
  owner?: Maybe<Scalars['String']['output']>;
  /** KORE's client_type as it came. */
  rawType?: Maybe<Scalars['String']['output']>;
  /** Its purpose. */
  type?: Maybe<ClientType>;
};

/** A page of Client items. */
export type ClientConnection = {
  __typename?: 'ClientConnection';
  /** The items of this page, each with its cursor. */
  edges: Array<ClientEdge>;
  /** The items of this page. */
  nodes: Array<Client>;
  /** Position of this page in the list. */
  pageInfo: PageInfo;
  /** Items in the whole list; null when KORE's reply does not state it. */
  totalCount?: Maybe<Scalars['Int']['output']>;
};

/** One Client of a list, with its cursor. */
export type ClientEdge = {
  __typename?: 'ClientEdge';
  /** Cursor of the position after the item. */
  cursor: Scalars['String']['output'];
  /** The item. */
  node: Client;
};

/** The outcome of changing an API client. */
export type ClientOutcome =
  /** It was written, KORE's reply was lost, and the client was found in KORE's list. Its secret is lost. */
  | 'ADOPTED'
  /** The client is as wanted: nothing was written. */
  | 'ALREADY_SATISFIED'
  /** It is done. */
  | 'DONE'
  /** It was written, and whether it arrived could not be found out; see `message` for what to check. */
  | 'OUTCOME_UNKNOWN'
  /** Nothing was written, or KORE refused; see `reason`. */
  | 'REJECTED';

/** The outcome of changing an API client. Each mutation has a payload of its own. */
export type ClientPayload = {
  /** The client as KORE shows it; null when there is none. One KORE call where the write's own reply lacks it. */
  client?: Maybe<Client>;
  /** The part of the input that caused it. */
  field?: Maybe<Scalars['String']['output']>;
  /** The reason in words, and what to do. */
  message?: Maybe<Scalars['String']['output']>;
  /** The outcome. */
  outcome: ClientOutcome;
  /** Why nothing was changed, or possibly not. */
  reason?: Maybe<ClientReason>;
  /** Whether users of the client need a new token: its type, scopes or token lifetime may have changed, which existing tokens lack until they expire; or its key was renewed, which invalidates them. */
  requiresReauthorization: Scalars['Boolean']['output'];
};

/** A product of KORE's that an API client may use. */
export type ClientProduct =
  /** KORE's `ProgrammableWireless`. */
  | 'PROGRAMMABLE_WIRELESS'
  /** KORE's `SuperSIM`. */
  | 'SUPER_SIM';

/** Why an API client was not changed, or possibly not. */
export type ClientReason =
  /** KORE refused the request; `message` has its words. */
  | 'KORE_REFUSED'
  /** `confirm` is not what `message` asks for. */
  | 'NOT_CONFIRMED'
  /** KORE has no such client, or no such account. */
  | 'NOT_FOUND'
  /** KORE does not permit this to the credentials of kore-graph: the client is locked, or of type ADMIN, and they are neither an account owner's nor administrator's; or their scopes do not include it. */
  | 'NOT_PERMITTED'
  /** A client of type STANDARD cannot have what `field` names. */
  | 'ONLY_FOR_ADMIN'
  /** KORE's reply was lost, and KORE's reads do not show whether it was done. */
  | 'REPLY_LOST';

/** Whether the answer shows the created secret. */
export type ClientSecretStatus =
  /** In the first answer. `renewClientKey` gives a new one. */
  | 'ALREADY_SHOWN'
  /** Lost with KORE's reply, if one was created. `renewClientKey` gives a new one. */
  | 'LOST'
  /** None was created. */
  | 'NONE'
  /** In `clientSecret`, shown only once: store it. */
  | 'SHOWN_NOW';

/** The purpose of an API client. */
export type ClientType =
  /** KORE's `admin`: may be given global resources, such as managing API clients. */
  | 'ADMIN'
  /** KORE's `standard`: works with products. */
  | 'STANDARD'
  /** A type that this graph does not know; see `rawType`. */
  | 'UNKNOWN';

/** A cost center of an account, to which SIMs are assigned. */
export type CostCenter = {
  __typename?: 'CostCenter';
  /** KORE's cost-center-id: the id that SIMs carry. */
  id: Scalars['ID']['output'];
  /** KORE's cost-center-pk: the permanent key that writes take. */
  key?: Maybe<Scalars['ID']['output']>;
  /** KORE's cost-center-name. */
  name?: Maybe<Scalars['String']['output']>;
};

/** The outcome of creating or renaming a cost center. */
export type CostCenterOutcome =
  /** KORE's reply was lost, and the cost center was found in KORE's list. */
  | 'ADOPTED'
  /** It has this name: nothing was written. */
  | 'ALREADY_SATISFIED'
  /** KORE has done it. */
  | 'DONE'
  /** It is unknown whether it was written; see `message` for what to check. */
  | 'OUTCOME_UNKNOWN'
  /** Nothing was written, or KORE refused; see `reason`. */
  | 'REJECTED'
  /** It would be written, but this was a dry run (`dryRun`). */
  | 'WOULD_BE_DONE';

/** The outcome of writing a cost center. */
export type CostCenterPayload = {
  /** The cost center, or the one that has the name already; null when there is none. One KORE call. */
  costCenter?: Maybe<CostCenter>;
  /** The part of the input that caused it. */
  field?: Maybe<Scalars['String']['output']>;
  /** The reason in words. */
  message?: Maybe<Scalars['String']['output']>;
  /** The outcome. */
  outcome: CostCenterOutcome;
  /** Why it was not written, or possibly not. */
  reason?: Maybe<CostCenterReason>;
};

/** Why a cost center was not created or renamed, or possibly not. */
export type CostCenterReason =
  /** KORE refused the request; `message` has its words. */
  | 'KORE_REFUSED'
  /** The account has a cost center of this name, which `costCenter` shows. */
  | 'NAME_EXISTS'
  /** The account has no such cost center. */
  | 'NOT_FOUND'
  /** KORE's reply was lost, and KORE's list does not show the change. */
  | 'REPLY_LOST';

/** A new alert rule. It takes at least one action. */
export type CreateAlertRuleInput = {
  /** The account. */
  accountId: Scalars['ID']['input'];
  /** When to send alerts together. Default: each at once. */
  batching?: InputMaybe<AlertBatchingInput>;
  /** Conditions, all of which must hold. */
  conditions?: InputMaybe<Array<AlertConditionInput>>;
  /** The e-mail to send. */
  email?: InputMaybe<AlertEmailInput>;
  /** The event, see `Account.alertEvents`. */
  eventName: Scalars['String']['input'];
  /** Whether it reacts. */
  isEnabled?: InputMaybe<Scalars['Boolean']['input']>;
  /** Its name, 1 to 200 characters without blanks at its ends. It identifies the rule in its account: a repetition creates no second one. */
  name: Scalars['String']['input'];
  /** The period for which to block usage; KORE does not state its values. */
  usageBlockPeriod?: InputMaybe<Scalars['String']['input']>;
  /** The webhook to send. */
  webhook?: InputMaybe<AlertWebhookInput>;
};

/** The outcome of creating an alert rule. */
export type CreateAlertRulePayload = AlertRulePayload & {
  __typename?: 'CreateAlertRulePayload';
  /** The part of the input that caused it. */
  field?: Maybe<Scalars['String']['output']>;
  /** The reason in words. */
  message?: Maybe<Scalars['String']['output']>;
  /** The outcome. */
  outcome: AlertRuleOutcome;
  /** Why it was not written, or possibly not. */
  reason?: Maybe<AlertRuleReason>;
  /** The rule as KORE lists it. One KORE call. */
  rule?: Maybe<AlertRule>;
  /** KORE's rule-id. */
  ruleId?: Maybe<Scalars['ID']['output']>;
};

/** A new API client. */
export type CreateClientInput = {
  /** KORE's account_id, such as `acct_…`; by default the account of kore-graph's own credentials. */
  accountId?: InputMaybe<Scalars['ID']['input']>;
  /** Grants beyond products; none by default. Only clients of type ADMIN may have any. Needs `capabilities.unpublishedClientOperations`. */
  globalResources?: InputMaybe<Array<GlobalResourceInput>>;
  /** Whether only the account's owner, its administrators and the client's owner may edit it. `null` is sent to KORE as it is: never locked. */
  isLocked?: InputMaybe<Scalars['Boolean']['input']>;
  /** Its name: 1 to 200 characters, without blanks at its ends. */
  name: Scalars['String']['input'];
  /** The products that it may use; none by default. */
  products?: InputMaybe<Array<ClientProduct>>;
  /** Idempotency key of yours, 1 to 200 characters, per account and mutation. A repetition with the same input creates no second client, also after a restart; it returns the outcome of the first, without its secret. With another input it is refused as REQUEST_KEY_REUSED. */
  requestKey?: InputMaybe<Scalars['String']['input']>;
  /** Lifetime of its tokens; KORE does not state the default. Needs `capabilities.unpublishedClientOperations`. */
  tokenLifetime?: InputMaybe<TokenLifetime>;
  /** STANDARD by default, which developers may make, too. ADMIN takes an account's owner or administrator. Needs `capabilities.unpublishedClientOperations`. */
  type?: InputMaybe<ClientType>;
};

/** The outcome of creating an API client. */
export type CreateClientPayload = ClientPayload & {
  __typename?: 'CreateClientPayload';
  /** The client as KORE shows it; null when there is none. One KORE call where the write's own reply lacks it. */
  client?: Maybe<Client>;
  /** The secret, when `secretStatus` is SHOWN_NOW. No other answer shows it. */
  clientSecret?: Maybe<Scalars['String']['output']>;
  /** The part of the input that caused it. */
  field?: Maybe<Scalars['String']['output']>;
  /** The reason in words, and what to do. */
  message?: Maybe<Scalars['String']['output']>;
  /** The outcome. */
  outcome: ClientOutcome;
  /** Why nothing was changed, or possibly not. */
  reason?: Maybe<ClientReason>;
  /** Whether users of the client need a new token: its type, scopes or token lifetime may have changed, which existing tokens lack until they expire; or its key was renewed, which invalidates them. */
  requiresReauthorization: Scalars['Boolean']['output'];
  /** Whether this answer shows the secret. */
  secretStatus: ClientSecretStatus;
};

/** A cost center to create. */
export type CreateCostCenterInput = {
  /** The account. */
  accountId: Scalars['ID']['input'];
  /** Read the cost centers, return what would be done, and write nothing. */
  dryRun?: InputMaybe<Scalars['Boolean']['input']>;
  /** Its name: 1 to 100 characters, which no other cost center of the account has. */
  name: Scalars['String']['input'];
  /** Idempotency key of yours, 1 to 200 characters, per account. A repetition with the same input does not write again and returns the outcome, also after a restart; with another input it is refused as REQUEST_KEY_REUSED. Without a key, a repetition is REJECTED as NAME_EXISTS. */
  requestKey?: InputMaybe<Scalars['String']['input']>;
};

/** The outcome of creating a cost center. */
export type CreateCostCenterPayload = CostCenterPayload & {
  __typename?: 'CreateCostCenterPayload';
  /** The cost center, or the one that has the name already; null when there is none. One KORE call. */
  costCenter?: Maybe<CostCenter>;
  /** The part of the input that caused it. */
  field?: Maybe<Scalars['String']['output']>;
  /** The reason in words. */
  message?: Maybe<Scalars['String']['output']>;
  /** The outcome. */
  outcome: CostCenterOutcome;
  /** Why it was not written, or possibly not. */
  reason?: Maybe<CostCenterReason>;
};

/** A custom field and its new value. */
export type CustomFieldInput = {
  /** The field's name, 1 to 100 characters. KORE publishes no list of an account's fields: one that it does not know fails the request. */
  key: Scalars['String']['input'];
  /** Its value, at most 1000 characters. An empty one empties the field. */
  value: Scalars['String']['input'];
};

/** KORE's report on an account's SIMs on a day: a file to download. */
export type DailySubscriptionsReport = {
  __typename?: 'DailySubscriptionsReport';
  /** By which the downloaded file is checked. */
  checksum?: Maybe<FileChecksum>;
  /** KORE's file-name. */
  fileName?: Maybe<Scalars['String']['output']>;
  /** KORE's file-type; it states no values. */
  fileType?: Maybe<Scalars['String']['output']>;
  /** KORE's file-generation-date. Read as UTC where KORE states no time zone. */
  generatedAt?: Maybe<Scalars['DateTime']['output']>;
  /** The signed address to download it from, a secret: it needs no other credentials. KORE does not state for how long it is valid, so read it when you need it. */
  url?: Maybe<Scalars['String']['output']>;
};

/** Usage of one day. */
export type DailyUsage = {
  __typename?: 'DailyUsage';
  /** The day; KORE states no time zone. Null when KORE's date has an unknown form. */
  date?: Maybe<Scalars['Date']['output']>;
  /** KORE's unit as it came. */
  rawUnit?: Maybe<Scalars['String']['output']>;
  /** The amount, in the unit. */
  total?: Maybe<Scalars['BigInt']['output']>;
  /** The unit. */
  unit?: Maybe<UsageUnit>;
};

/** SIMs to deactivate. */
export type DeactivateSubscriptionsInput = {
  /** The account that the SIMs belong to. */
  accountId: Scalars['ID']['input'];
  /** Confirmation: must be the number of different SIMs named. */
  confirm: Scalars['Int']['input'];
  /** Read what the write depends on, return what would be written, and write nothing. */
  dryRun?: InputMaybe<Scalars['Boolean']['input']>;
  /** Addresses that KORE notifies of every change of the request's status; at most 20. */
  notifyEmails?: InputMaybe<Array<Scalars['EmailAddress']['input']>>;
  /** Idempotency key of yours, 1 to 200 characters, per account and mutation. A repetition with the same input does not write again and returns the outcome, also after a restart; with another input it is refused as REQUEST_KEY_REUSED. Without a key, an identical mutation joins one that KORE has not finished. */
  requestKey?: InputMaybe<Scalars['String']['input']>;
  /** The SIMs, each by id or ICCID. A SIM that is named twice counts once. */
  subscriptions: Array<SimSelector>;
  /** Seconds to wait for KORE to finish before answering, at most the server's limit (`capabilities.limits`). The answer is complete either way: what KORE has failed by then is FAILED, what it has not finished is SUBMITTED. */
  waitUpTo?: InputMaybe<Scalars['Int']['input']>;
};

/** The outcome of deactivating, for each SIM. */
export type DeactivateSubscriptionsPayload = OrderPayload & {
  __typename?: 'DeactivateSubscriptionsPayload';
  /** The results, counted by outcome. */
  counts: OrderCounts;
  /** Whether this was a dry run: nothing was written. */
  isDryRun: Scalars['Boolean']['output'];
  /** Number of KORE's provisioning requests of the order, or that a dry run would create. */
  koreRequests: Scalars['Int']['output'];
  /** KORE's provisioning requests of this order. One KORE call each, unless only ids are selected. */
  requests: Array<ProvisioningRequest>;
  /** One result per different SIM, in the order of the input. */
  results: Array<OrderResult>;
  /** Values that SIMs of a dry run's activation lack and KORE may require: it would fail the SIMs after accepting them. Empty for other verbs, and where nothing was rehearsed. No KORE call. */
  unchecked: Array<UncheckedRequirement>;
};

/** An API client to delete. */
export type DeleteClientInput = {
  /** The client's name; of the client that kore-graph itself uses, `<name>, which kore-graph itself uses`. */
  confirm: Scalars['String']['input'];
  /** KORE's client_id. */
  id: Scalars['ID']['input'];
};

/** The outcome of deleting an API client. */
export type DeleteClientPayload = ClientPayload & {
  __typename?: 'DeleteClientPayload';
  /** The client as KORE shows it; null when there is none. One KORE call where the write's own reply lacks it. */
  client?: Maybe<Client>;
  /** The part of the input that caused it. */
  field?: Maybe<Scalars['String']['output']>;
  /** The reason in words, and what to do. */
  message?: Maybe<Scalars['String']['output']>;
  /** The outcome. */
  outcome: ClientOutcome;
  /** Why nothing was changed, or possibly not. */
  reason?: Maybe<ClientReason>;
  /** Whether users of the client need a new token: its type, scopes or token lifetime may have changed, which existing tokens lack until they expire; or its key was renewed, which invalidates them. */
  requiresReauthorization: Scalars['Boolean']['output'];
};

/** Profiles to delete, for good. */
export type DeleteEsimProfilesInput = {
  /** The account that the SIMs belong to. */
  accountId: Scalars['ID']['input'];
  /** Confirmation: must be the number of different profiles named. */
  confirm: Scalars['Int']['input'];
  /** Do not retry failed steps. KORE retries a step up to 5 times when the device is in a session. */
  disableAutoRetry?: InputMaybe<Scalars['Boolean']['input']>;
  /** Read what the write depends on, return what would be written, and write nothing. */
  dryRun?: InputMaybe<Scalars['Boolean']['input']>;
  /** The profiles, at most 100, one for each eSIM: KORE reports outcomes by EID. */
  profiles: Array<EsimProfileSelector>;
  /** Idempotency key of yours, 1 to 200 characters, per account and mutation. A repetition with the same input does not write again and returns the outcome, also after a restart; with another input it is refused as REQUEST_KEY_REUSED. Without a key, an identical mutation joins one that KORE has not finished. */
  requestKey?: InputMaybe<Scalars['String']['input']>;
  /** Skip KORE's check that the device is online. An offline device then fails at the next step. */
  skipSessionCheck?: InputMaybe<Scalars['Boolean']['input']>;
  /** Seconds to wait for KORE to finish before answering, at most the server's limit (`capabilities.limits`). The answer is complete either way: what KORE has failed by then is FAILED, what it has not finished is SUBMITTED. */
  waitUpTo?: InputMaybe<Scalars['Int']['input']>;
};

/** The outcome of deleting profiles, for each eSIM. */
export type DeleteEsimProfilesPayload = EsimOrderPayload & {
  __typename?: 'DeleteEsimProfilesPayload';
  /** The results, counted by outcome. */
  counts: OrderCounts;
  /** Whether this was a dry run: nothing was written. */
  isDryRun: Scalars['Boolean']['output'];
  /** Number of KORE's eSIM requests of the order, or that a dry run would create: one for each product offer of the eSIMs' SIMs. */
  koreRequests: Scalars['Int']['output'];
  /** KORE's eSIM requests of this order. One KORE call each, unless only ids are selected. */
  requests: Array<EsimRequest>;
  /** One result per different eSIM, in the order of the input. */
  results: Array<EsimOrderResult>;
};

/** The sizes that this deployment accepts. */
export type DeploymentLimits = {
  __typename?: 'DeploymentLimits';
  /** The most aliases of an operation. */
  aliases: Scalars['Int']['output'];
  /** The most bytes of a request body. */
  bodyBytes: Scalars['Int']['output'];
  /** The most levels of nested fields. */
  depth: Scalars['Int']['output'];
  /** The most directives of an operation. */
  directives: Scalars['Int']['output'];
  /** The most ICCIDs of one filter. */
  iccidsPerFilter: Scalars['Int']['output'];
  /** The most ICCIDs of one `subscriptionsByIccid`. */
  iccidsPerQuery: Scalars['Int']['output'];
  /** The most requests to KORE that an operation may cost, at worst; of a subscription, one event. */
  koreRequests: Scalars['Int']['output'];
  /** The most requests to KORE that one caller's operations may cost in a minute, at worst; 0: any number. */
  koreRequestsPerMinute: Scalars['Int']['output'];
  /** The most operations of one caller in a minute; 0: any number. */
  operationsPerMinute: Scalars['Int']['output'];
  /** The most that `first` may ask for. */
  pageSize: Scalars['Int']['output'];
  /** The most references of one `_entities`. */
  representations: Scalars['Int']['output'];
  /** The most fields of an operation's outermost level. */
  rootFields: Scalars['Int']['output'];
  /** The most fields and fragments of an operation, with fragments written out where they are used. */
  selections: Scalars['Int']['output'];
  /** The most SIMs of one mutation. */
  simsPerMutation: Scalars['Int']['output'];
  /** The most tokens of a document. */
  tokens: Scalars['Int']['output'];
  /** The most seconds that `waitUpTo` waits. */
  waitSeconds: Scalars['Int']['output'];
};

/** The KORE behind the graph. */
export type DeploymentMode =
  /** KORE: SIMs and their costs are real. */
  | 'LIVE'
  /** The built-in simulator: nothing is real. */
  | 'SIMULATOR';

/** The outcome of one SIM of a diagnostics request. KORE does not document the values; they are derived from KORE's status and error message. */
export type DiagnosticsOutcome =
  /** Not done; see the request's `message`. */
  | 'FAILED'
  /** Not finished. */
  | 'PENDING'
  /** Done. */
  | 'SUCCEEDED'
  /** KORE's status is unknown to this graph, or missing; see `rawOutcome`. */
  | 'UNKNOWN';

/** An order to KORE to diagnose a SIM. KORE acknowledges it at once and processes it afterwards. */
export type DiagnosticsRequest = Node & {
  __typename?: 'DiagnosticsRequest';
  /** The account whose SIM it is about. */
  account: Account;
  /** The account whose SIM it is about. */
  accountId: Scalars['ID']['output'];
  /** When it was done. KORE states no time zone; read as UTC. */
  completedAt?: Maybe<Scalars['DateTime']['output']>;
  /** When it was created. KORE states no time zone; read as UTC. */
  createdAt?: Maybe<Scalars['DateTime']['output']>;
  /** KORE's diagnostics-request-id. */
  id: Scalars['ID']['output'];
  /** KORE's error-message. For a request out of a list, one KORE call. */
  message?: Maybe<Scalars['String']['output']>;
  /** Globally unique, opaque id: `node` takes it, and client caches can key by it. */
  nodeId: Scalars['ID']['output'];
  /** Number of its SIMs. */
  numberOfSubscriptions?: Maybe<Scalars['Int']['output']>;
  /** KORE's status as it came. */
  rawStatus?: Maybe<Scalars['String']['output']>;
  /** KORE's request-type as it came. */
  rawType?: Maybe<Scalars['String']['output']>;
  /** Its creator, as KORE names it. */
  requestedBy?: Maybe<Scalars['String']['output']>;
  /** KORE's service-type of the SIM. */
  serviceType?: Maybe<Scalars['String']['output']>;
  /** Where it was created. */
  source?: Maybe<Scalars['String']['output']>;
  /** Its status. */
  status?: Maybe<DiagnosticsStatus>;
  /** Its SIM with the outcome. For a request out of a list, one KORE call. */
  subscriptions?: Maybe<Array<DiagnosticsRequestSubscription>>;
  /** The type. */
  type?: Maybe<DiagnosticsType>;
};

/** A page of DiagnosticsRequest items. */
export type DiagnosticsRequestConnection = {
  __typename?: 'DiagnosticsRequestConnection';
  /** The items of this page, each with its cursor. */
  edges: Array<DiagnosticsRequestEdge>;
  /** The items of this page. */
  nodes: Array<DiagnosticsRequest>;
  /** Position of this page in the list. */
  pageInfo: PageInfo;
  /** Items in the whole list; null when KORE's reply does not state it. */
  totalCount?: Maybe<Scalars['Int']['output']>;
};

/** One DiagnosticsRequest of a list, with its cursor. */
export type DiagnosticsRequestEdge = {
  __typename?: 'DiagnosticsRequestEdge';
  /** Cursor of the position after the item. */
  cursor: Scalars['String']['output'];
  /** The item. */
  node: DiagnosticsRequest;
};

/** Filter of diagnostics requests: those of one SIM, by one of its ids. */
export type DiagnosticsRequestFilter = {
  /** The number printed on the SIM. */
  iccid?: InputMaybe<Scalars['ICCID']['input']>;
  /** A phone number of the SIM. */
  msisdn?: InputMaybe<Scalars['MSISDN']['input']>;
  /** KORE's subscription-id of the SIM. */
  subscriptionId?: InputMaybe<Scalars['ID']['input']>;
};

/** A SIM of a diagnostics request. */
export type DiagnosticsRequestSubscription = {
  __typename?: 'DiagnosticsRequestSubscription';
  /** The number printed on the SIM. */
  iccid?: Maybe<Scalars['ICCID']['output']>;
  /** The outcome. */
  outcome: DiagnosticsOutcome;
  /** KORE's completion-status as it came. */
  rawOutcome?: Maybe<Scalars['String']['output']>;
  /** The SIM. One KORE call per 100. */
  subscription?: Maybe<SimSubscription>;
  /** KORE's subscription-id of the SIM. */
  subscriptionId?: Maybe<Scalars['ID']['output']>;
};

/** Status of a diagnostics request as a whole. */
export type DiagnosticsStatus =
  /** Done. The result of the SIM is in its outcome. */
  | 'COMPLETED'
  /** Could not be created. */
  | 'FAILED'
  /** Created, and in progress. */
  | 'PENDING'
  /** Acknowledged. */
  | 'SUBMITTED'
  /** A status that this graph does not know; see `rawStatus`. */
  | 'UNKNOWN';

/** The type of a diagnostics request. */
export type DiagnosticsType =
  /** KORE's `CancelDeviceLocation`: the device registers with the network anew. See `resetConnection`. */
  | 'CANCEL_DEVICE_LOCATION'
  /** A type that this graph does not know; see `rawType`. */
  | 'UNKNOWN';

/** An alert rule to disable. KORE cannot delete rules. */
export type DisableAlertRuleInput = {
  /** The account. */
  accountId: Scalars['ID']['input'];
  /** KORE's rule-id. */
  id: Scalars['ID']['input'];
};

/** The outcome of disabling an alert rule. */
export type DisableAlertRulePayload = AlertRulePayload & {
  __typename?: 'DisableAlertRulePayload';
  /** The part of the input that caused it. */
  field?: Maybe<Scalars['String']['output']>;
  /** The reason in words. */
  message?: Maybe<Scalars['String']['output']>;
  /** The outcome. */
  outcome: AlertRuleOutcome;
  /** Why it was not written, or possibly not. */
  reason?: Maybe<AlertRuleReason>;
  /** The rule as KORE lists it. One KORE call. */
  rule?: Maybe<AlertRule>;
  /** KORE's rule-id. */
  ruleId?: Maybe<Scalars['ID']['output']>;
};

/** An API client to disable. */
export type DisableClientInput = {
  /** Only needed to disable the client that kore-graph itself uses: `<name>, which kore-graph itself uses`. */
  confirm?: InputMaybe<Scalars['String']['input']>;
  /** KORE's client_id. */
  id: Scalars['ID']['input'];
};

/** The outcome of disabling an API client. */
export type DisableClientPayload = ClientPayload & {
  __typename?: 'DisableClientPayload';
  /** The client as KORE shows it; null when there is none. One KORE call where the write's own reply lacks it. */
  client?: Maybe<Client>;
  /** The part of the input that caused it. */
  field?: Maybe<Scalars['String']['output']>;
  /** The reason in words, and what to do. */
  message?: Maybe<Scalars['String']['output']>;
  /** The outcome. */
  outcome: ClientOutcome;
  /** Why nothing was changed, or possibly not. */
  reason?: Maybe<ClientReason>;
  /** Whether users of the client need a new token: its type, scopes or token lifetime may have changed, which existing tokens lack until they expire; or its key was renewed, which invalidates them. */
  requiresReauthorization: Scalars['Boolean']['output'];
};

/** eSIMs that download a profile. */
export type DownloadEsimProfilesInput = {
  /** The account that the SIMs belong to. */
  accountId: Scalars['ID']['input'];
  /** The activation profile with which the new profile's SIM is activated. */
  activationProfileId: Scalars['ID']['input'];
  /** Do not retry failed steps. KORE retries a step up to 5 times when the device is in a session. */
  disableAutoRetry?: InputMaybe<Scalars['Boolean']['input']>;
  /** Read what the write depends on, return what would be written, and write nothing. */
  dryRun?: InputMaybe<Scalars['Boolean']['input']>;
  /** The eSIMs, at most 100. One that is named twice counts once; with different IMEIs it is REJECTED. */
  esims: Array<EsimDeviceInput>;
  /** KORE requires it for KORE TELS2. */
  ipnd?: InputMaybe<AustralianIpndInput>;
  /** Idempotency key of yours, 1 to 200 characters, per account and mutation. A repetition with the same input does not write again and returns the outcome, also after a restart; with another input it is refused as REQUEST_KEY_REUSED. Without a key, an identical mutation joins one that KORE has not finished. */
  requestKey?: InputMaybe<Scalars['String']['input']>;
  /** Skip KORE's check that the device is online. An offline device then fails at the next step. */
  skipSessionCheck?: InputMaybe<Scalars['Boolean']['input']>;
  /** SKU of a device type with an embedded SIM. KORE requires it for a Verizon profile without IMEI. */
  sku?: InputMaybe<Scalars['String']['input']>;
  /** Seconds to wait for KORE to finish before answering, at most the server's limit (`capabilities.limits`). The answer is complete either way: what KORE has failed by then is FAILED, what it has not finished is SUBMITTED. */
  waitUpTo?: InputMaybe<Scalars['Int']['input']>;
};

/** The outcome of downloading profiles, for each eSIM. */
export type DownloadEsimProfilesPayload = EsimOrderPayload & {
  __typename?: 'DownloadEsimProfilesPayload';
  /** The results, counted by outcome. */
  counts: OrderCounts;
  /** Whether this was a dry run: nothing was written. */
  isDryRun: Scalars['Boolean']['output'];
  /** Number of KORE's eSIM requests of the order, or that a dry run would create: one for each product offer of the eSIMs' SIMs. */
  koreRequests: Scalars['Int']['output'];
  /** KORE's eSIM requests of this order. One KORE call each, unless only ids are selected. */
  requests: Array<EsimRequest>;
  /** One result per different eSIM, in the order of the input. */
  results: Array<EsimOrderResult>;
};

/** An alert rule to enable. */
export type EnableAlertRuleInput = {
  /** The account. */
  accountId: Scalars['ID']['input'];
  /** KORE's rule-id. */
  id: Scalars['ID']['input'];
};

/** The outcome of enabling an alert rule. */
export type EnableAlertRulePayload = AlertRulePayload & {
  __typename?: 'EnableAlertRulePayload';
  /** The part of the input that caused it. */
  field?: Maybe<Scalars['String']['output']>;
  /** The reason in words. */
  message?: Maybe<Scalars['String']['output']>;
  /** The outcome. */
  outcome: AlertRuleOutcome;
  /** Why it was not written, or possibly not. */
  reason?: Maybe<AlertRuleReason>;
  /** The rule as KORE lists it. One KORE call. */
  rule?: Maybe<AlertRule>;
  /** KORE's rule-id. */
  ruleId?: Maybe<Scalars['ID']['output']>;
};

/** An API client to enable. */
export type EnableClientInput = {
  /** KORE's client_id. */
  id: Scalars['ID']['input'];
};

/** The outcome of enabling an API client. */
export type EnableClientPayload = ClientPayload & {
  __typename?: 'EnableClientPayload';
  /** The client as KORE shows it; null when there is none. One KORE call where the write's own reply lacks it. */
  client?: Maybe<Client>;
  /** The part of the input that caused it. */
  field?: Maybe<Scalars['String']['output']>;
  /** The reason in words, and what to do. */
  message?: Maybe<Scalars['String']['output']>;
  /** The outcome. */
  outcome: ClientOutcome;
  /** Why nothing was changed, or possibly not. */
  reason?: Maybe<ClientReason>;
  /** Whether users of the client need a new token: its type, scopes or token lifetime may have changed, which existing tokens lack until they expire; or its key was renewed, which invalidates them. */
  requiresReauthorization: Scalars['Boolean']['output'];
};

/** Profiles to enable. */
export type EnableEsimProfilesInput = {
  /** The account that the SIMs belong to. */
  accountId: Scalars['ID']['input'];
  /** Do not retry failed steps. KORE retries a step up to 5 times when the device is in a session. */
  disableAutoRetry?: InputMaybe<Scalars['Boolean']['input']>;
  /** Read what the write depends on, return what would be written, and write nothing. */
  dryRun?: InputMaybe<Scalars['Boolean']['input']>;
  /** The profiles, at most 100, one for each eSIM: KORE reports outcomes by EID. */
  profiles: Array<EsimProfileSelector>;
  /** Idempotency key of yours, 1 to 200 characters, per account and mutation. A repetition with the same input does not write again and returns the outcome, also after a restart; with another input it is refused as REQUEST_KEY_REUSED. Without a key, an identical mutation joins one that KORE has not finished. */
  requestKey?: InputMaybe<Scalars['String']['input']>;
  /** Skip KORE's check that the device is online. An offline device then fails at the next step. */
  skipSessionCheck?: InputMaybe<Scalars['Boolean']['input']>;
  /** Seconds to wait for KORE to finish before answering, at most the server's limit (`capabilities.limits`). The answer is complete either way: what KORE has failed by then is FAILED, what it has not finished is SUBMITTED. */
  waitUpTo?: InputMaybe<Scalars['Int']['input']>;
};

/** The outcome of enabling profiles, for each eSIM. */
export type EnableEsimProfilesPayload = EsimOrderPayload & {
  __typename?: 'EnableEsimProfilesPayload';
  /** The results, counted by outcome. */
  counts: OrderCounts;
  /** Whether this was a dry run: nothing was written. */
  isDryRun: Scalars['Boolean']['output'];
  /** Number of KORE's eSIM requests of the order, or that a dry run would create: one for each product offer of the eSIMs' SIMs. */
  koreRequests: Scalars['Int']['output'];
  /** KORE's eSIM requests of this order. One KORE call each, unless only ids are selected. */
  requests: Array<EsimRequest>;
  /** One result per different eSIM, in the order of the input. */
  results: Array<EsimOrderResult>;
};

/** An eSIM: a chip that holds profiles, each of which is a SIM. */
export type Esim = Node & {
  __typename?: 'Esim';
  /** The account that its SIMs belong to. */
  account: Account;
  /** The account that its SIMs belong to. */
  accountId: Scalars['ID']['output'];
  /** The SIM whose profile is in use, as `Query.subscription` finds it by EID; null when KORE does not show which it is. One KORE call. */
  currentSubscription?: Maybe<SimSubscription>;
  /** Its number. */
  eid: Scalars['EID']['output'];
  /** Globally unique, opaque id: `node` takes it, and client caches can key by it. */
  nodeId: Scalars['ID']['output'];
  /** The SIMs on it with the status of their profiles. Two KORE calls. */
  profiles?: Maybe<Array<EsimProfile>>;
  /** KORE's requests for its profiles, in KORE's order, which KORE does not state. One KORE call. */
  requests?: Maybe<EsimRequestConnection>;
  /** The SIMs on it. One KORE call. */
  subscriptions?: Maybe<Array<SimSubscription>>;
};


/** An eSIM: a chip that holds profiles, each of which is a SIM. */
export type EsimRequestsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};

/** An eSIM that gets a profile. */
export type EsimDeviceInput = {
  /** The number of the eSIM. */
  eid: Scalars['EID']['input'];
  /** IMEI of the device that holds it. KORE requires it for a Verizon profile without a SKU. */
  imei?: InputMaybe<Scalars['IMEI']['input']>;
};

/** The outcome of retrying or cancelling an eSIM request, for each eSIM. */
export type EsimFollowUpPayload = {
  /** The results, counted by outcome. */
  counts: OrderCounts;
  /** Whether this was a dry run: nothing was written. */
  isDryRun: Scalars['Boolean']['output'];
  /** The eSIM request. One KORE call, unless only its id is selected. */
  request: EsimRequest;
  /** One result per different eSIM. */
  results: Array<EsimOrderResult>;
};

/** The fate of an eSIM's old SIM after a switch. */
export type EsimOldSubscription =
  /** It is deactivated. */
  | 'DEACTIVATE'
  /** It stays active, and billed. */
  | 'KEEP'
  /** It is suspended, where its state allows that. KORE does not state what happens elsewhere. */
  | 'SUSPEND';

/** The outcome of an order for profiles, for each eSIM. Each has a payload of its own. */
export type EsimOrderPayload = {
  /** The results, counted by outcome. */
  counts: OrderCounts;
  /** Whether this was a dry run: nothing was written. */
  isDryRun: Scalars['Boolean']['output'];
  /** Number of KORE's eSIM requests of the order, or that a dry run would create: one for each product offer of the eSIMs' SIMs. */
  koreRequests: Scalars['Int']['output'];
  /** KORE's eSIM requests of this order. One KORE call each, unless only ids are selected. */
  requests: Array<EsimRequest>;
  /** One result per different eSIM, in the order of the input. */
  results: Array<EsimOrderResult>;
};

/** The outcome of changing the profile of one eSIM. */
export type EsimOrderResult = {
  __typename?: 'EsimOrderResult';
  /** The number of the eSIM. */
  eid: Scalars['EID']['output'];
  /** The eSIM; null when the account has no SIM on it. */
  esim?: Maybe<Esim>;
  /** The part of the input that caused it. */
  field?: Maybe<Scalars['String']['output']>;
  /** The ICCID of the named profile; null for a switch or download. */
  iccid?: Maybe<Scalars['ICCID']['output']>;
  /** The reason in words. */
  message?: Maybe<Scalars['String']['output']>;
  /** The outcome. */
  outcome: OrderOutcome;
  /** Why it was not written, or possibly not. */
  reason?: Maybe<OrderReason>;
  /** KORE's eSIM request for it. One KORE call for each different one, unless only its id is selected. */
  request?: Maybe<EsimRequest>;
};

/** The outcome of one eSIM of a request. KORE's status is an open string, in `rawStatus`. */
export type EsimOutcome =
  /** Cancelled. */
  | 'CANCELLED'
  /** Not done; see `message`. `retryEsimRequest` tries again. */
  | 'FAILED'
  /** In progress: KORE's `Created`, `Pending`, `Waiting for session`, `Acquired new profile` and the like. */
  | 'PENDING'
  /** Done. */
  | 'SUCCEEDED'
  /** KORE's status is unknown to this graph, or missing; see `rawStatus`. */
  | 'UNKNOWN';

/** A SIM on an eSIM, and the status of its profile there. */
export type EsimProfile = {
  __typename?: 'EsimProfile';
  /** The SIM's number. */
  iccid?: Maybe<Scalars['ICCID']['output']>;
  /** KORE's is-fallback, which KORE does not explain. */
  isFallback?: Maybe<Scalars['Boolean']['output']>;
  /** KORE's product-offer: a mix of plans, features and SIM formats. */
  productOffer?: Maybe<Scalars['String']['output']>;
  /** KORE's state as it came. */
  rawState?: Maybe<Scalars['String']['output']>;
  /** KORE's profile-status as it came. */
  rawStatus?: Maybe<Scalars['String']['output']>;
  /** The SIM's state, in KORE's reply about the profile. */
  state?: Maybe<SimState>;
  /** Status of the profile; null when it was never downloaded, or was deleted. */
  status?: Maybe<EsimProfileStatus>;
  /** The SIM. */
  subscription: SimSubscription;
  /** KORE's subscription-id of the SIM. */
  subscriptionId: Scalars['ID']['output'];
};

/** A profile on an eSIM. */
export type EsimProfileSelector = {
  /** The number of the eSIM. */
  eid: Scalars['EID']['input'];
  /** The ICCID of the profile's SIM. */
  iccid: Scalars['ICCID']['input'];
};

/** Status of a profile on an eSIM. KORE names the values and explains none of them. */
export type EsimProfileStatus =
  /** KORE's `CREATED`. */
  | 'CREATED'
  /** KORE's `DISABLED`. */
  | 'DISABLED'
  /** KORE's `ENABLED`: the profile in use. */
  | 'ENABLED'
  /** A status that this graph does not know; see `rawStatus`. */
  | 'UNKNOWN';

/** An order to KORE to change the profiles of eSIMs. KORE acknowledges it at once and processes it afterwards; a switch may take ten minutes. */
export type EsimRequest = Node & {
  __typename?: 'EsimRequest';
  /** The account whose eSIMs it changes. */
  account: Account;
  /** The account whose eSIMs it changes. */
  accountId: Scalars['ID']['output'];
  /** The activation profile that it names. One KORE call for those of an account. */
  activationProfile?: Maybe<ActivationProfile>;
  /** KORE's id of the activation profile that it names. */
  activationProfileId?: Maybe<Scalars['ID']['output']>;
  /** Number of its eSIMs that are done. */
  completed?: Maybe<Scalars['Int']['output']>;
  /** When it was made: KORE's switch-request-date. */
  createdAt?: Maybe<Scalars['DateTime']['output']>;
  /** Its eSIMs with their outcomes. For a request out of a list, one KORE call. */
  esims?: Maybe<Array<EsimRequestItem>>;
  /** Number of its eSIMs that have failed. */
  failed?: Maybe<Scalars['Int']['output']>;
  /** KORE's esim-profile-switch-request-id, whatever the type. */
  id: Scalars['ID']['output'];
  /** Globally unique, opaque id: `node` takes it, and client caches can key by it. */
  nodeId: Scalars['ID']['output'];
  /** Number of its eSIMs in progress. */
  processing?: Maybe<Scalars['Int']['output']>;
  /** KORE's switch-request-status as it came. */
  rawStatus?: Maybe<Scalars['String']['output']>;
  /** KORE's switch-request-type as it came. */
  rawType?: Maybe<Scalars['String']['output']>;
  /** Number of its eSIMs. */
  requested?: Maybe<Scalars['Int']['output']>;
  /** Its status. */
  status?: Maybe<EsimRequestStatus>;
  /** The type. */
  type?: Maybe<EsimRequestType>;
  /** Number of its eSIMs whose device has to come online first. */
  waitingForDevice?: Maybe<Scalars['Int']['output']>;
};

/** A page of EsimRequest items. */
export type EsimRequestConnection = {
  __typename?: 'EsimRequestConnection';
  /** The items of this page, each with its cursor. */
  edges: Array<EsimRequestEdge>;
  /** The items of this page. */
  nodes: Array<EsimRequest>;
  /** Position of this page in the list. */
  pageInfo: PageInfo;
  /** Items in the whole list; null when KORE's reply does not state it. */
  totalCount?: Maybe<Scalars['Int']['output']>;
};

/** One EsimRequest of a list, with its cursor. */
export type EsimRequestEdge = {
  __typename?: 'EsimRequestEdge';
  /** Cursor of the position after the item. */
  cursor: Scalars['String']['output'];
  /** The item. */
  node: EsimRequest;
};

/** An eSIM of a request. */
export type EsimRequestItem = {
  __typename?: 'EsimRequestItem';
  /** The eSIM's number. */
  eid?: Maybe<Scalars['EID']['output']>;
  /** The eSIM. */
  esim?: Maybe<Esim>;
  /** KORE's switch-error-message. */
  message?: Maybe<Scalars['String']['output']>;
  /** The SIM whose profile it gets: after a switch the device's new ICCID, IMSI and MSISDN. One KORE call each. */
  newSubscription?: Maybe<SimSubscription>;
  /** KORE's subscription-id of the SIM whose profile it gets. */
  newSubscriptionId?: Maybe<Scalars['ID']['output']>;
  /** The SIM that it had. One KORE call each. */
  oldSubscription?: Maybe<SimSubscription>;
  /** KORE's subscription-id of the SIM that it had. */
  oldSubscriptionId?: Maybe<Scalars['ID']['output']>;
  /** The outcome. */
  outcome: EsimOutcome;
  /** KORE's switch-status as it came, which shows the step. At `Waiting for session` KORE waits up to an hour for the device to come online. */
  rawStatus?: Maybe<Scalars['String']['output']>;
};

/** Status of an eSIM request as a whole. KORE's status is an open string, in `rawStatus`. */
export type EsimRequestStatus =
  /** Cancelled. */
  | 'CANCELLED'
  /** Done. */
  | 'COMPLETED'
  /** Failed as a whole. */
  | 'FAILED'
  /** In progress: KORE's `Pending`, `Processing` and the like. */
  | 'PENDING'
  /** Done, with errors. */
  | 'PROCESSED'
  /** A status that this graph does not know; see `rawStatus`. */
  | 'UNKNOWN';

/** The type of an eSIM request. */
export type EsimRequestType =
  /** KORE's `DeleteProfile`. See `deleteEsimProfiles`. */
  | 'DELETE'
  /** KORE's `DownloadProfile`. See `downloadEsimProfiles`. */
  | 'DOWNLOAD'
  /** KORE's `EnableProfile`. See `enableEsimProfiles`. */
  | 'ENABLE'
  /** KORE's `SwitchProfile`. See `switchEsimProfiles`. */
  | 'SWITCH'
  /** A type that this graph does not know; see `rawType`. */
  | 'UNKNOWN';

/** A feature of an account's SIMs, such as a private network. */
export type Feature = Node & {
  __typename?: 'Feature';
  /** The account that it is read for. */
  account: Account;
  /** The account that it is read for. */
  accountId: Scalars['ID']['output'];
  /** KORE's description of it. */
  description?: Maybe<Scalars['String']['output']>;
  /** KORE's feature-id. */
  featureId: Scalars['ID']['output'];
  /** KORE's feature-name. */
  name?: Maybe<Scalars['String']['output']>;
  /** Globally unique, opaque id: `node` takes it, and client caches can key by it. */
  nodeId: Scalars['ID']['output'];
  /** KORE's usage-type as it came. */
  rawUsageType?: Maybe<Scalars['String']['output']>;
  /** The service type of the SIMs that it is for. One KORE call per account, and one more for each that the account is no longer eligible for. */
  serviceType?: Maybe<ServiceType>;
  /** KORE's service-type-id, of the SIMs that it is for. */
  serviceTypeId?: Maybe<Scalars['ID']['output']>;
  /** The usage that it is about. */
  usageType?: Maybe<UsageType>;
};

/** By which a downloaded file is checked. */
export type FileChecksum = {
  __typename?: 'FileChecksum';
  /** The algorithm, as KORE names it; it states no names. */
  type?: Maybe<Scalars['String']['output']>;
  /** The checksum, in a form that KORE does not state. */
  value?: Maybe<Scalars['String']['output']>;
};

/** Operations that an API client may be granted on a global resource. */
export type GlobalResourceAccess =
  /** Delete it. */
  | 'DELETE'
  /** Change it. */
  | 'MODIFY'
  /** Read it. */
  | 'READ'
  /** Create new ones. */
  | 'WRITE';

/** A resource beyond single products, and granted operations on it. */
export type GlobalResourceInput = {
  /** Granted operations; at least one. */
  access: Array<GlobalResourceAccess>;
  /** KORE's name of it. The only one that its documentation names is "API Clients". */
  name: Scalars['String']['input'];
};

/** Rules by which KORE sends events to this graph. */
export type InstallWebhookRuleInput = {
  /** The account. */
  accountId: Scalars['ID']['input'];
  /** The events. Default: all. */
  events?: InputMaybe<Array<WebhookEvent>>;
};

/** The rules by which KORE sends events to this graph. */
export type InstallWebhookRulePayload = {
  __typename?: 'InstallWebhookRulePayload';
  /** One for each event. */
  rules: Array<InstalledWebhookRule>;
};

/** The rule by which KORE sends one kind of event to this graph. */
export type InstalledWebhookRule = AlertRulePayload & {
  __typename?: 'InstalledWebhookRule';
  /** The event. */
  eventName: Scalars['String']['output'];
  /** The part of the input that caused it. */
  field?: Maybe<Scalars['String']['output']>;
  /** The reason in words. */
  message?: Maybe<Scalars['String']['output']>;
  /** The outcome. */
  outcome: AlertRuleOutcome;
  /** Why it was not written, or possibly not. */
  reason?: Maybe<AlertRuleReason>;
  /** The rule as KORE lists it. One KORE call. */
  rule?: Maybe<AlertRule>;
  /** KORE's rule-id. */
  ruleId?: Maybe<Scalars['ID']['output']>;
  /** Requirements that are not met yet; empty when events can come. */
  stillNeeded: Array<WebhookRequirement>;
};

/** An event that a webhook of one of KORE's alert rules has delivered. */
export type KoreEvent = {
  /** The account that it is about. */
  accountId: Scalars['ID']['output'];
  /** KORE's alert-id, of the delivery; one may have many events. */
  alertId?: Maybe<Scalars['ID']['output']>;
  /** When it happened. */
  at?: Maybe<Scalars['DateTime']['output']>;
  /** KORE's data of the event as JSON text, whole: KORE states the fields of `SimStateChange` alone. Null for an alert without events. */
  data?: Maybe<Scalars['String']['output']>;
  /** KORE's id of the event. */
  eventId?: Maybe<Scalars['ID']['output']>;
  /** KORE's event-name. */
  eventName: Scalars['String']['output'];
  /** KORE's rule-id, of the alert rule. */
  ruleId?: Maybe<Scalars['ID']['output']>;
  /** KORE's rule-name. */
  ruleName?: Maybe<Scalars['String']['output']>;
  /** KORE's alert-message-date, of the delivery. */
  sentAt?: Maybe<Scalars['DateTime']['output']>;
  /** Its kind. */
  type: AccountEventType;
};

/** An API client to lock. */
export type LockClientInput = {
  /** KORE's client_id. */
  id: Scalars['ID']['input'];
};

/** The outcome of locking an API client. */
export type LockClientPayload = ClientPayload & {
  __typename?: 'LockClientPayload';
  /** The client as KORE shows it; null when there is none. One KORE call where the write's own reply lacks it. */
  client?: Maybe<Client>;
  /** The part of the input that caused it. */
  field?: Maybe<Scalars['String']['output']>;
  /** The reason in words, and what to do. */
  message?: Maybe<Scalars['String']['output']>;
  /** The outcome. */
  outcome: ClientOutcome;
  /** Why nothing was changed, or possibly not. */
  reason?: Maybe<ClientReason>;
  /** Whether users of the client need a new token: its type, scopes or token lifetime may have changed, which existing tokens lack until they expire; or its key was renewed, which invalidates them. */
  requiresReauthorization: Scalars['Boolean']['output'];
};

/** Writes. Each returns the outcome for every SIM or API client. */
export type Mutation = {
  __typename?: 'Mutation';
  /** Activates SIMs. SIMs in the wanted state are not written, nor are SIMs in a state from which it is impossible. Each order is executed at most once: see `requestKey`. */
  activateSubscriptions?: Maybe<ActivateSubscriptionsPayload>;
  /** Assigns SIMs to a cost center. SIMs that have the values are not written. Each order is executed at most once: see `requestKey`. KORE works on it afterwards; a request that fails KORE's validation changes none of its SIMs. */
  assignCostCenter?: Maybe<AssignCostCenterPayload>;
  /** Cancels a request of any type, or its pending automatic retries. The request is read first, and eSIMs that are in the wanted state already are not written, so that it can be repeated. Two KORE calls. */
  cancelEsimRequest?: Maybe<CancelEsimRequestPayload>;
  /** Changes SIMs to the plans and features of an activation profile. SIMs in the wanted state are not written, nor are SIMs in a state from which it is impossible. Each order is executed at most once: see `requestKey`. */
  changeSubscriptionPlan?: Maybe<ChangeSubscriptionPlanPayload>;
  /** Creates an alert rule. Its name identifies it in its account: a repetition, also after a lost reply, creates no second one. KORE cannot delete rules. Two KORE calls: a read of the account's rules and the write. */
  createAlertRule?: Maybe<CreateAlertRulePayload>;
  /** Creates an API client, enabled and owned by the owner of kore-graph's own. Its secret is shown once, here. ADMIN clients are created only by the account's owner and administrators, STANDARD ones also by developers. A repetition creates no second client: see `requestKey`; without one, an identical mutation joins one that is in progress or whose outcome is unknown. Must be the only field of its operation, since its answer holds a secret. One KORE call. */
  createClient?: Maybe<CreateClientPayload>;
  /** Creates a cost center. A name that the account has is refused, so a repetition creates no second one; see `requestKey`. Two KORE calls: a read of the cost centers and the write. */
  createCostCenter?: Maybe<CreateCostCenterPayload>;
  /** Deactivates SIMs, whose number must be confirmed. SIMs in the wanted state are not written, nor are SIMs in a state from which it is impossible. Each order is executed at most once: see `requestKey`. */
  deactivateSubscriptions?: Maybe<DeactivateSubscriptionsPayload>;
  /** Deletes an API client. Its credentials and all its tokens become invalid at once, which cannot be undone. A locked client may be edited only by the account's owner, its administrators and the client's owner; an ADMIN client only by the account's owner and administrators, a STANDARD one also by developers. kore-graph acts as the owner of its own client. KORE publishes no endpoint for it: where `capabilities.unpublishedClientOperations` is false it answers NOT_PUBLISHED_BY_KORE without a KORE call. Two KORE calls: a read of the client and the write. */
  deleteClient?: Maybe<DeleteClientPayload>;
  /** Deletes profiles from their eSIMs, which cannot be undone; their number must be confirmed. The device must be online, and the eSIM's SIM in state TEST, READY or ACTIVE; others are not written. Each order is executed at most once: see `requestKey`. One KORE call per eSIM, and one per product offer. */
  deleteEsimProfiles?: Maybe<DeleteEsimProfilesPayload>;
  /** Disables an alert rule. A rule that is as wanted is not written. Two KORE calls: a read of the account's rules and the write. */
  disableAlertRule?: Maybe<DisableAlertRulePayload>;
  /** Disables an API client: it has no access until it is enabled again, by the same credentials. A locked client may be edited only by the account's owner, its administrators and the client's owner; an ADMIN client only by the account's owner and administrators, a STANDARD one also by developers. kore-graph acts as the owner of its own client. KORE publishes no endpoint for it: where `capabilities.unpublishedClientOperations` is false it answers NOT_PUBLISHED_BY_KORE without a KORE call. One KORE call. */
  disableClient?: Maybe<DisableClientPayload>;
  /** Downloads a profile to eSIMs and activates its SIM, without enabling it. The device must be online, and the eSIM's SIM in state TEST, READY or ACTIVE; others are not written. Each order is executed at most once: see `requestKey`. One KORE call per eSIM, and one per product offer. */
  downloadEsimProfiles?: Maybe<DownloadEsimProfilesPayload>;
  /** Enables an alert rule. A rule that is as wanted is not written. Two KORE calls: a read of the account's rules and the write. */
  enableAlertRule?: Maybe<EnableAlertRulePayload>;
  /** Enables a disabled API client: the same credentials work again. A locked client may be edited only by the account's owner, its administrators and the client's owner; an ADMIN client only by the account's owner and administrators, a STANDARD one also by developers. kore-graph acts as the owner of its own client. KORE publishes no endpoint for it: where `capabilities.unpublishedClientOperations` is false it answers NOT_PUBLISHED_BY_KORE without a KORE call. One KORE call. */
  enableClient?: Maybe<EnableClientPayload>;
  /** Enables profiles on their eSIMs; one that is enabled is not written. The device must be online, and the eSIM's SIM in state TEST, READY or ACTIVE; others are not written. Each order is executed at most once: see `requestKey`. One KORE call per eSIM, and one per product offer. */
  enableEsimProfiles?: Maybe<EnableEsimProfilesPayload>;
  /** Lets KORE send an account's events to this graph, for its live updates: one rule for each event, with this deployment's address and access token. Repeating it changes nothing. `stillNeeded` names what is missing. Two KORE calls, and two for each rule that is written. */
  installWebhookRule?: Maybe<InstallWebhookRulePayload>;
  /** Locks an API client. A locked client may be edited only by the account's owner, its administrators and the client's owner; an ADMIN client only by the account's owner and administrators, a STANDARD one also by developers. kore-graph acts as the owner of its own client. KORE publishes no endpoint for it: where `capabilities.unpublishedClientOperations` is false it answers NOT_PUBLISHED_BY_KORE without a KORE call. Two KORE calls: a read of the client and the write. */
  lockClient?: Maybe<LockClientPayload>;
  /** Reactivates SIMs. SIMs in the wanted state are not written, nor are SIMs in a state from which it is impossible. Each order is executed at most once: see `requestKey`. */
  reactivateSubscriptions?: Maybe<ReactivateSubscriptionsPayload>;
  /** Renames a cost center; its SIMs stay assigned to it. Two KORE calls: a read of the cost centers and the write. */
  renameCostCenter?: Maybe<RenameCostCenterPayload>;
  /** Gives an API client a new secret, shown once, here. Its credentials and all its tokens become invalid at once, which cannot be undone. Concurrent identical mutations are executed once. Must be the only field of its operation, since its answer holds a secret. A locked client may be edited only by the account's owner, its administrators and the client's owner; an ADMIN client only by the account's owner and administrators, a STANDARD one also by developers. kore-graph acts as the owner of its own client. KORE publishes no endpoint for it: where `capabilities.unpublishedClientOperations` is false it answers NOT_PUBLISHED_BY_KORE without a KORE call. Two KORE calls: a read of the client and the write. */
  renewClientKey?: Maybe<RenewClientKeyPayload>;
  /** Cancels the location of SIMs' devices, so that they register with the network anew; a data session in progress ends. Each reset is sent at most once: see `requestKey`. One KORE call per SIM. */
  resetConnection?: Maybe<ResetConnectionPayload>;
  /** Resolves an order by an administrator's decision: adopts KORE's request, or releases the SIMs. Sends nothing to KORE. One or two KORE calls. */
  resolveOrder?: Maybe<ResolveOrderPayload>;
  /** Retries failed eSIMs of a request. The request is read first, and eSIMs that are in the wanted state already are not written, so that it can be repeated. Two KORE calls. */
  retryEsimRequest?: Maybe<RetryEsimRequestPayload>;
  /** Sends a text to a SIM, whose parts KORE charges. It is sent at most once for a `requestKey`: after a lost reply KORE's list is searched, and it is never sent again. Delivery states come by `smsStatusChanged`. One KORE call. */
  sendSms?: Maybe<SendSmsPayload>;
  /** Records the devices that hold SIMs. SIMs that have the values are not written. Each order is executed at most once: see `requestKey`. KORE works on it afterwards; a request that fails KORE's validation changes none of its SIMs. */
  setConnectedHardware?: Maybe<SetConnectedHardwarePayload>;
  /** Sets custom fields of SIMs. SIMs that have the values are not written. Each order is executed at most once: see `requestKey`. KORE works on it afterwards; a request that fails KORE's validation changes none of its SIMs. */
  setCustomFields?: Maybe<SetCustomFieldsPayload>;
  /** Suspends SIMs. SIMs in the wanted state are not written, nor are SIMs in a state from which it is impossible. Each order is executed at most once: see `requestKey`. */
  suspendSubscriptions?: Maybe<SuspendSubscriptionsPayload>;
  /** Downloads a profile to eSIMs, activates its SIM, enables it, and deactivates the old SIM or what `oldSubscription` says. The devices get another ICCID, IMSI, MSISDN and IP address: see `EsimRequestItem.newSubscription`. The device must be online, and the eSIM's SIM in state TEST, READY or ACTIVE; others are not written. Each order is executed at most once: see `requestKey`. One KORE call per eSIM, and one per product offer. */
  switchEsimProfiles?: Maybe<SwitchEsimProfilesPayload>;
  /** Terminates SIMs, which cannot be undone; their number must be confirmed. SIMs in the wanted state are not written, nor are SIMs in a state from which it is impossible. Each order is executed at most once: see `requestKey`. */
  terminateSubscriptions?: Maybe<TerminateSubscriptionsPayload>;
  /** Gives an API client to another user of KORE's portal. A locked client may be edited only by the account's owner, its administrators and the client's owner; an ADMIN client only by the account's owner and administrators, a STANDARD one also by developers. kore-graph acts as the owner of its own client. KORE publishes no endpoint for it: where `capabilities.unpublishedClientOperations` is false it answers NOT_PUBLISHED_BY_KORE without a KORE call. Two KORE calls: a read of the client and the write. */
  transferClientOwnership?: Maybe<TransferClientOwnershipPayload>;
  /** Transfers SIMs in state STOCK to another account, for which the caller must be authorised as well; their number must be confirmed. While another order for a SIM is not finished, it is REJECTED, and so are other orders during a transfer. SIMs that have the values are not written. Each order is executed at most once: see `requestKey`. KORE works on it afterwards; a request that fails KORE's validation changes none of its SIMs. */
  transferSubscriptions?: Maybe<TransferSubscriptionsPayload>;
  /** Unlocks an API client. A locked client may be edited only by the account's owner, its administrators and the client's owner; an ADMIN client only by the account's owner and administrators, a STANDARD one also by developers. kore-graph acts as the owner of its own client. KORE publishes no endpoint for it: where `capabilities.unpublishedClientOperations` is false it answers NOT_PUBLISHED_BY_KORE without a KORE call. Two KORE calls: a read of the client and the write. */
  unlockClient?: Maybe<UnlockClientPayload>;
  /** Changes an alert rule, which KORE replaces as a whole. A rule that is as wanted is not written. Two KORE calls: a read of the account's rules and the write. */
  updateAlertRule?: Maybe<UpdateAlertRulePayload>;
  /** Changes the name, type, scopes or token lifetime of an API client. All changes but the name affect new tokens only; existing tokens keep what they had until they expire. A locked client may be edited only by the account's owner, its administrators and the client's owner; an ADMIN client only by the account's owner and administrators, a STANDARD one also by developers. kore-graph acts as the owner of its own client. KORE publishes no endpoint for it: where `capabilities.unpublishedClientOperations` is false it answers NOT_PUBLISHED_BY_KORE without a KORE call. Two KORE calls: a read of the client and the write. */
  updateClient?: Maybe<UpdateClientPayload>;
};


/** Writes. Each returns the outcome for every SIM or API client. */
export type MutationActivateSubscriptionsArgs = {
  input: ActivateSubscriptionsInput;
};


/** Writes. Each returns the outcome for every SIM or API client. */
export type MutationAssignCostCenterArgs = {
  input: AssignCostCenterInput;
};


/** Writes. Each returns the outcome for every SIM or API client. */
export type MutationCancelEsimRequestArgs = {
  input: CancelEsimRequestInput;
};


/** Writes. Each returns the outcome for every SIM or API client. */
export type MutationChangeSubscriptionPlanArgs = {
  input: ChangeSubscriptionPlanInput;
};


/** Writes. Each returns the outcome for every SIM or API client. */
export type MutationCreateAlertRuleArgs = {
  input: CreateAlertRuleInput;
};


/** Writes. Each returns the outcome for every SIM or API client. */
export type MutationCreateClientArgs = {
  input: CreateClientInput;
};


/** Writes. Each returns the outcome for every SIM or API client. */
export type MutationCreateCostCenterArgs = {
  input: CreateCostCenterInput;
};


/** Writes. Each returns the outcome for every SIM or API client. */
export type MutationDeactivateSubscriptionsArgs = {
  input: DeactivateSubscriptionsInput;
};


/** Writes. Each returns the outcome for every SIM or API client. */
export type MutationDeleteClientArgs = {
  input: DeleteClientInput;
};


/** Writes. Each returns the outcome for every SIM or API client. */
export type MutationDeleteEsimProfilesArgs = {
  input: DeleteEsimProfilesInput;
};


/** Writes. Each returns the outcome for every SIM or API client. */
export type MutationDisableAlertRuleArgs = {
  input: DisableAlertRuleInput;
};


/** Writes. Each returns the outcome for every SIM or API client. */
export type MutationDisableClientArgs = {
  input: DisableClientInput;
};


/** Writes. Each returns the outcome for every SIM or API client. */
export type MutationDownloadEsimProfilesArgs = {
  input: DownloadEsimProfilesInput;
};


/** Writes. Each returns the outcome for every SIM or API client. */
export type MutationEnableAlertRuleArgs = {
  input: EnableAlertRuleInput;
};


/** Writes. Each returns the outcome for every SIM or API client. */
export type MutationEnableClientArgs = {
  input: EnableClientInput;
};


/** Writes. Each returns the outcome for every SIM or API client. */
export type MutationEnableEsimProfilesArgs = {
  input: EnableEsimProfilesInput;
};


/** Writes. Each returns the outcome for every SIM or API client. */
export type MutationInstallWebhookRuleArgs = {
  input: InstallWebhookRuleInput;
};


/** Writes. Each returns the outcome for every SIM or API client. */
export type MutationLockClientArgs = {
  input: LockClientInput;
};


/** Writes. Each returns the outcome for every SIM or API client. */
export type MutationReactivateSubscriptionsArgs = {
  input: ReactivateSubscriptionsInput;
};


/** Writes. Each returns the outcome for every SIM or API client. */
export type MutationRenameCostCenterArgs = {
  input: RenameCostCenterInput;
};


/** Writes. Each returns the outcome for every SIM or API client. */
export type MutationRenewClientKeyArgs = {
  input: RenewClientKeyInput;
};


/** Writes. Each returns the outcome for every SIM or API client. */
export type MutationResetConnectionArgs = {
  input: ResetConnectionInput;
};


/** Writes. Each returns the outcome for every SIM or API client. */
export type MutationResolveOrderArgs = {
  input: ResolveOrderInput;
};


/** Writes. Each returns the outcome for every SIM or API client. */
export type MutationRetryEsimRequestArgs = {
  input: RetryEsimRequestInput;
};


/** Writes. Each returns the outcome for every SIM or API client. */
export type MutationSendSmsArgs = {
  input: SendSmsInput;
};


/** Writes. Each returns the outcome for every SIM or API client. */
export type MutationSetConnectedHardwareArgs = {
  input: SetConnectedHardwareInput;
};


/** Writes. Each returns the outcome for every SIM or API client. */
export type MutationSetCustomFieldsArgs = {
  input: SetCustomFieldsInput;
};


/** Writes. Each returns the outcome for every SIM or API client. */
export type MutationSuspendSubscriptionsArgs = {
  input: SuspendSubscriptionsInput;
};


/** Writes. Each returns the outcome for every SIM or API client. */
export type MutationSwitchEsimProfilesArgs = {
  input: SwitchEsimProfilesInput;
};


/** Writes. Each returns the outcome for every SIM or API client. */
export type MutationTerminateSubscriptionsArgs = {
  input: TerminateSubscriptionsInput;
};


/** Writes. Each returns the outcome for every SIM or API client. */
export type MutationTransferClientOwnershipArgs = {
  input: TransferClientOwnershipInput;
};


/** Writes. Each returns the outcome for every SIM or API client. */
export type MutationTransferSubscriptionsArgs = {
  input: TransferSubscriptionsInput;
};


/** Writes. Each returns the outcome for every SIM or API client. */
export type MutationUnlockClientArgs = {
  input: UnlockClientInput;
};


/** Writes. Each returns the outcome for every SIM or API client. */
export type MutationUpdateAlertRuleArgs = {
  input: UpdateAlertRuleInput;
};


/** Writes. Each returns the outcome for every SIM or API client. */
export type MutationUpdateClientArgs = {
  input: UpdateClientInput;
};

/** An object with a globally unique id. */
export type Node = {
  /** Globally unique, opaque id: `node` takes it, and client caches can key by it. */
  nodeId: Scalars['ID']['output'];
};

/** SIMs of an order, counted by outcome. */
export type OrderCounts = {
  __typename?: 'OrderCounts';
  /** ALREADY_SATISFIED. */
  alreadySatisfied: Scalars['Int']['output'];
  /** FAILED. */
  failed: Scalars['Int']['output'];
  /** REJECTED. */
  rejected: Scalars['Int']['output'];
  /** SUBMITTED; in a dry run WOULD_BE_SUBMITTED. */
  submitted: Scalars['Int']['output'];
  /** OUTCOME_UNKNOWN. */
  unknown: Scalars['Int']['output'];
};

/** The outcome of changing one SIM. */
export type OrderOutcome =
  /** It is in the wanted state, and no order of this deployment is unfinished for it: nothing was written. */
  | 'ALREADY_SATISFIED'
  /** KORE had a provisioning request for it and failed it: known where the request was waited for (`waitUpTo`) or watched. `message` has KORE's message. */
  | 'FAILED'
  /** It is unknown whether it was written, or it is still to be written; see `reason`, and `message` for what to check. */
  | 'OUTCOME_UNKNOWN'
  /** Nothing was written, or KORE refused; see `reason`. */
  | 'REJECTED'
  /** KORE has a provisioning request for it, and is not known to have failed it. The request shows its progress. */
  | 'SUBMITTED'
  /** It would be written, but this was a dry run (`dryRun`). */
  | 'WOULD_BE_SUBMITTED';

/** The outcome of an order, for each SIM. Each order has a payload of its own. */
export type OrderPayload = {
  /** The results, counted by outcome. */
  counts: OrderCounts;
  /** Whether this was a dry run: nothing was written. */
  isDryRun: Scalars['Boolean']['output'];
  /** Number of KORE's provisioning requests of the order, or that a dry run would create. */
  koreRequests: Scalars['Int']['output'];
  /** KORE's provisioning requests of this order. One KORE call each, unless only ids are selected. */
  requests: Array<ProvisioningRequest>;
  /** One result per different SIM, in the order of the input. */
  results: Array<OrderResult>;
  /** Values that SIMs of a dry run's activation lack and KORE may require: it would fail the SIMs after accepting them. Empty for other verbs, and where nothing was rehearsed. No KORE call. */
  unchecked: Array<UncheckedRequirement>;
};

/** Why a SIM was not written, or possibly not. */
export type OrderReason =
  /** The account has no such activation profile. */
  | 'ACTIVATION_PROFILE_NOT_FOUND'
  /** The SIM is named more than once, with different IMEIs. */
  | 'CONFLICTING_IMEI'
  /** The SIM is named more than once, with different values. */
  | 'CONFLICTING_VALUES'
  /** The account has no such cost center. */
  | 'COST_CENTER_NOT_FOUND'
  /** It is unknown whether an earlier order for the SIM arrived, or whether KORE has finished it. Repeating the order checks again. */
  | 'EARLIER_OUTCOME_UNKNOWN'
  /** KORE accepted the order and failed it; `message` has its message. */
  | 'KORE_FAILED'
  /** KORE refused the request; `message` has its words. */
  | 'KORE_REFUSED'
  /** The account has no such SIM. */
  | 'NOT_FOUND'
  /** KORE could not be reached or was rate limiting; repeating the order tries again. */
  | 'NOT_SENT'
  /** The server stopped while the order waited, or its store was unavailable. The next start or another replica continues it. Repeat the order for its outcome. */
  | 'NOT_SENT_YET'
  /** A transfer excludes all other orders for the SIM, and one of them is not finished. Repeat it afterwards. */
  | 'ORDER_IN_PROGRESS'
  /** KORE's reply was lost, and its list does not show whether the request arrived. */
  | 'REPLY_LOST'
  /** KORE requires a value that the order for a profile lacks; `field` names it. */
  | 'REQUIREMENT_MISSING'
  /** The verb is impossible from the SIM's state. */
  | 'WRONG_STATE';

/** The outcome of changing one SIM. */
export type OrderResult = {
  __typename?: 'OrderResult';
  /** The eSIM, in the resolution of an order of eSIM profiles; else null. */
  eid?: Maybe<Scalars['EID']['output']>;
  /** The part of the input that caused it. */
  field?: Maybe<Scalars['String']['output']>;
  /** The number printed on the SIM, where it is known. */
  iccid?: Maybe<Scalars['ICCID']['output']>;
  /** The reason in words. */
  message?: Maybe<Scalars['String']['output']>;
  /** The outcome. */
  outcome: OrderOutcome;
  /** Why it was not written, or possibly not. */
  reason?: Maybe<OrderReason>;
  /** KORE's provisioning request for the SIM. One KORE call for each different one, unless only its id is selected. */
  request?: Maybe<ProvisioningRequest>;
  /** The SIM after the order. One KORE call per 100. */
  subscription?: Maybe<SimSubscription>;
  /** KORE's subscription-id; null when the SIM was not found. */
  subscriptionId?: Maybe<Scalars['ID']['output']>;
};

/** The mutation of an order. */
export type OrderVerb =
  /** `activateSubscriptions`. */
  | 'ACTIVATE'
  /** `assignCostCenter`. */
  | 'ASSIGN_COST_CENTER'
  /** `changeSubscriptionPlan`. */
  | 'CHANGE_PLAN'
  /** `deactivateSubscriptions`. */
  | 'DEACTIVATE'
  /** `deleteEsimProfiles`. */
  | 'DELETE_ESIM_PROFILE'
  /** `downloadEsimProfiles`. */
  | 'DOWNLOAD_ESIM_PROFILE'
  /** `enableEsimProfiles`. */
  | 'ENABLE_ESIM_PROFILE'
  /** `reactivateSubscriptions`. */
  | 'REACTIVATE'
  /** `resetConnection`. */
  | 'RESET_CONNECTION'
  /** `setConnectedHardware`. */
  | 'SET_CONNECTED_HARDWARE'
  /** `setCustomFields`. */
  | 'SET_CUSTOM_FIELDS'
  /** `suspendSubscriptions`. */
  | 'SUSPEND'
  /** `switchEsimProfiles`. */
  | 'SWITCH_ESIM_PROFILE'
  /** `terminateSubscriptions`. */
  | 'TERMINATE'
  /** `transferSubscriptions`. */
  | 'TRANSFER';

/** An alert of a rule whose data KORE does not state, or one that cannot be read; see `data`. */
export type OtherEvent = KoreEvent & {
  __typename?: 'OtherEvent';
  /** The account that it is about. */
  accountId: Scalars['ID']['output'];
  /** KORE's alert-id, of the delivery; one may have many events. */
  alertId?: Maybe<Scalars['ID']['output']>;
  /** When it happened. */
  at?: Maybe<Scalars['DateTime']['output']>;
  /** KORE's data of the event as JSON text, whole: KORE states the fields of `SimStateChange` alone. Null for an alert without events. */
  data?: Maybe<Scalars['String']['output']>;
  /** KORE's id of the event. */
  eventId?: Maybe<Scalars['ID']['output']>;
  /** KORE's event-name. */
  eventName: Scalars['String']['output'];
  /** KORE's rule-id, of the alert rule. */
  ruleId?: Maybe<Scalars['ID']['output']>;
  /** KORE's rule-name. */
  ruleName?: Maybe<Scalars['String']['output']>;
  /** KORE's alert-message-date, of the delivery. */
  sentAt?: Maybe<Scalars['DateTime']['output']>;
  /** Its kind. */
  type: AccountEventType;
};

/** Position of a page in its list. */
export type PageInfo = {
  __typename?: 'PageInfo';
  /** Pass it as `after` for the next page; null on an empty page. */
  endCursor?: Maybe<Scalars['String']['output']>;
  /** Whether items follow this page; false on an empty page, which has no cursor. */
  hasNextPage: Scalars['Boolean']['output'];
  /** Whether items precede this page. Lists are read forwards only. */
  hasPreviousPage: Scalars['Boolean']['output'];
  /** Cursor of the first item; null on an empty page. */
  startCursor?: Maybe<Scalars['String']['output']>;
};

/** A rate plan of an account. It meters one kind of usage. */
export type Plan = Node & {
  __typename?: 'Plan';
  /** The account that it is read for. */
  account: Account;
  /** The account that it is read for. */
  accountId: Scalars['ID']['output'];
  /** KORE's plan-name. */
  name?: Maybe<Scalars['String']['output']>;
  /** Globally unique, opaque id: `node` takes it, and client caches can key by it. */
  nodeId: Scalars['ID']['output'];
  /** KORE's plan-id. */
  planId: Scalars['ID']['output'];
  /** Its plan type. One KORE call per account. */
  planType?: Maybe<PlanType>;
  /** KORE's plan-type-id. */
  planTypeId?: Maybe<Scalars['ID']['output']>;
  /** KORE's usage-type as it came. */
  rawUsageType?: Maybe<Scalars['String']['output']>;
  /** The service type of the SIMs that it is for. One KORE call per account, and one more for each that the account is no longer eligible for. */
  serviceType?: Maybe<ServiceType>;
  /** KORE's service-type-id, of the SIMs that it is for. */
  serviceTypeId?: Maybe<Scalars['ID']['output']>;
  /** Its usage by the account's SIMs. One KORE call for up to 60 days, and one more for each further 59. At most 11 of these calls start in five seconds, as in KORE's own sample; others wait. */
  usage?: Maybe<PlanUsage>;
  /** The metered usage. */
  usageType?: Maybe<UsageType>;
};


/** A rate plan of an account. It meters one kind of usage. */
export type PlanUsageArgs = {
  from: Scalars['Date']['input'];
  to: Scalars['Date']['input'];
};

/** A kind of rate plans. */
export type PlanType = Node & {
  __typename?: 'PlanType';
  /** The account that it is read for. */
  account: Account;
  /** The account that it is read for. */
  accountId: Scalars['ID']['output'];
  /** KORE's plan-type-name. */
  name?: Maybe<Scalars['String']['output']>;
  /** Globally unique, opaque id: `node` takes it, and client caches can key by it. */
  nodeId: Scalars['ID']['output'];
  /** KORE's plan-type-id, which plans carry. */
  planTypeId: Scalars['ID']['output'];
};

/** Usage of one plan by an account's SIMs in a span of days. A plan meters one kind of usage. */
export type PlanUsage = {
  __typename?: 'PlanUsage';
  /** The first day. */
  from: Scalars['Date']['output'];
  /** KORE's plan-id, as the reply states it. */
  planId?: Maybe<Scalars['ID']['output']>;
  /** KORE's source of the records, such as `cdr`. */
  source?: Maybe<Scalars['String']['output']>;
  /** The last day. */
  to: Scalars['Date']['output'];
  /** The usage. Null when none is recorded. */
  usage?: Maybe<Usage>;
};

/** The action of a provisioning request. Terminations are shown as DEACTIVATION. KORE does not state which action suspensions have. */
export type ProvisioningAction =
  /** KORE's `Activation`. */
  | 'ACTIVATION'
  /** KORE's `Deactivation`, also of terminations. */
  | 'DEACTIVATION'
  /** KORE's `PlanChange`. */
  | 'PLAN_CHANGE'
  /** KORE's `ProfileChange`. */
  | 'PROFILE_CHANGE'
  /** KORE's `Reactivation`. */
  | 'REACTIVATION'
  /** KORE's `StateChange`. */
  | 'STATE_CHANGE'
  /** A type that this graph does not know; see `rawAction`. */
  | 'UNKNOWN';

/** The outcome of one SIM of a provisioning request. KORE does not document the values; they are derived from KORE's status and error message. */
export type ProvisioningOutcome =
  /** Not done; see `message`. */
  | 'FAILED'
  /** Not finished. */
  | 'PENDING'
  /** Done. */
  | 'SUCCEEDED'
  /** KORE's status is unknown to this graph, or missing; see `rawOutcome`. */
  | 'UNKNOWN';

/** SIMs of a provisioning request, counted by outcome. */
export type ProvisioningProgress = {
  __typename?: 'ProvisioningProgress';
  /** SIMs that are done. */
  done: Scalars['Int']['output'];
  /** SIMs that failed. */
  failed: Scalars['Int']['output'];
  /** SIMs that are not finished. */
  pending: Scalars['Int']['output'];
  /** All SIMs. */
  total: Scalars['Int']['output'];
  /** SIMs with an unknown status. */
  unknown: Scalars['Int']['output'];
};

/** An order to KORE to change SIMs. KORE acknowledges it at once and processes it afterwards. */
export type ProvisioningRequest = Node & {
  __typename?: 'ProvisioningRequest';
  /** The account whose SIMs it changes. */
  account: Account;
  /** The account whose SIMs it changes. */
  accountId: Scalars['ID']['output'];
  /** The action. */
  action?: Maybe<ProvisioningAction>;
  /** Its activation profile. One KORE call for all requests of an account. */
  activationProfile?: Maybe<ActivationProfile>;
  /** KORE's id of its activation profile. */
  activationProfileId?: Maybe<Scalars['ID']['output']>;
  /** When it was done. KORE states no time zone; read as UTC. */
  completedAt?: Maybe<Scalars['DateTime']['output']>;
  /** When it was created. KORE states no time zone; read as UTC. */
  createdAt?: Maybe<Scalars['DateTime']['output']>;
  /** KORE's provisioning-request-id. */
  id: Scalars['ID']['output'];
  /** Globally unique, opaque id: `node` takes it, and client caches can key by it. */
  nodeId: Scalars['ID']['output'];
  /** Number of its SIMs. */
  numberOfSubscriptions?: Maybe<Scalars['Int']['output']>;
  /** Its SIMs counted by outcome. For a request out of a list, one KORE call. */
  progress?: Maybe<ProvisioningProgress>;
  /** Its creator, as KORE names it. */
  provisionedBy?: Maybe<Scalars['String']['output']>;
  /** KORE's request-type as it came. */
  rawAction?: Maybe<Scalars['String']['output']>;
  /** KORE's status as it came. */
  rawStatus?: Maybe<Scalars['String']['output']>;
  /** KORE's service-type of the SIMs. */
  serviceType?: Maybe<Scalars['String']['output']>;
  /** Where it was created. In a list it costs nothing; for a request that was read by its id one KORE call. */
  source?: Maybe<Scalars['String']['output']>;
  /** Its status. */
  status?: Maybe<ProvisioningStatus>;
  /** Its SIMs with their outcomes. For a request out of a list, one KORE call. */
  subscriptions?: Maybe<Array<ProvisioningRequestSubscription>>;
};

/** A page of ProvisioningRequest items. */
export type ProvisioningRequestConnection = {
  __typename?: 'ProvisioningRequestConnection';
  /** The items of this page, each with its cursor. */
  edges: Array<ProvisioningRequestEdge>;
  /** The items of this page. */
  nodes: Array<ProvisioningRequest>;
  /** Position of this page in the list. */
  pageInfo: PageInfo;
  /** Items in the whole list; null when KORE's reply does not state it. */
  totalCount?: Maybe<Scalars['Int']['output']>;
};

/** One ProvisioningRequest of a list, with its cursor. */
export type ProvisioningRequestEdge = {
  __typename?: 'ProvisioningRequestEdge';
  /** Cursor of the position after the item. */
  cursor: Scalars['String']['output'];
  /** The item. */
  node: ProvisioningRequest;
};

/** Filter of provisioning requests: those of one SIM, by one of its ids. */
export type ProvisioningRequestFilter = {
  /** The number printed on the SIM. */
  iccid?: InputMaybe<Scalars['ICCID']['input']>;
  /** KORE's subscription-id of the SIM. */
  subscriptionId?: InputMaybe<Scalars['ID']['input']>;
};

/** A change of a provisioning request's status. */
export type ProvisioningRequestStatusChange = KoreEvent & {
  __typename?: 'ProvisioningRequestStatusChange';
  /** The account that it is about. */
  accountId: Scalars['ID']['output'];
  /** KORE's alert-id, of the delivery; one may have many events. */
  alertId?: Maybe<Scalars['ID']['output']>;
  /** When it happened. */
  at?: Maybe<Scalars['DateTime']['output']>;
  /** KORE's data of the event as JSON text, whole: KORE states the fields of `SimStateChange` alone. Null for an alert without events. */
  data?: Maybe<Scalars['String']['output']>;
  /** KORE's id of the event. */
  eventId?: Maybe<Scalars['ID']['output']>;
  /** KORE's event-name. */
  eventName: Scalars['String']['output'];
  /** The request. One KORE call. */
  provisioningRequest?: Maybe<ProvisioningRequest>;
  /** KORE's provisioning-request-id. KORE does not state the event's data; null where it lacks the id. */
  provisioningRequestId?: Maybe<Scalars['ID']['output']>;
  /** KORE's rule-id, of the alert rule. */
  ruleId?: Maybe<Scalars['ID']['output']>;
  /** KORE's rule-name. */
  ruleName?: Maybe<Scalars['String']['output']>;
  /** KORE's alert-message-date, of the delivery. */
  sentAt?: Maybe<Scalars['DateTime']['output']>;
  /** Its kind. */
  type: AccountEventType;
};

/** One SIM of a provisioning request. */
export type ProvisioningRequestSubscription = {
  __typename?: 'ProvisioningRequestSubscription';
  /** The number printed on the SIM. */
  iccid?: Maybe<Scalars['ICCID']['output']>;
  /** KORE's error-message for this SIM. */
  message?: Maybe<Scalars['String']['output']>;
  /** The outcome. */
  outcome: ProvisioningOutcome;
  /** KORE's completion-status as it came. */
  rawOutcome?: Maybe<Scalars['String']['output']>;
  /** The SIM. One KORE call per 100. */
  subscription?: Maybe<SimSubscription>;
  /** KORE's subscription-id of the SIM. */
  subscriptionId?: Maybe<Scalars['ID']['output']>;
};

/** Status of a provisioning request as a whole. */
export type ProvisioningStatus =
  /** Done. The result of each SIM is in its outcome. */
  | 'COMPLETED'
  /** Could not be created. */
  | 'FAILED'
  /** Created, and in progress. */
  | 'PENDING'
  /** Acknowledged. */
  | 'SUBMITTED'
  /** A status that this graph does not know; see `rawStatus`. */
  | 'UNKNOWN';

/** Reads. Each description states the cost in requests to KORE. */
export type Query = {
  __typename?: 'Query';
  /** An account by its id. No KORE call by itself, so an unknown id is reported by its fields. */
  account?: Maybe<Account>;
  /** The accounts of a developer-portal administrator that are within the caller's reach. One KORE call for each set of credentials (see KORE_CREDENTIALS_FILE); `extensions.incomplete` names those that failed. */
  accounts: Array<Account>;
  /** One activation profile; null when KORE knows none by this id in this account. One KORE call. */
  activationProfile?: Maybe<ActivationProfile>;
  /** One alert; null when KORE knows none by this id in this account. One KORE call. */
  alert?: Maybe<Alert>;
  /** One alert rule; null when the account has none by this id. One KORE call. */
  alertRule?: Maybe<AlertRule>;
  /** Capabilities of this deployment. No KORE call. */
  capabilities: Capabilities;
  /** One API client; null when KORE knows none by this id. One KORE call; one for five or more together that its list has. */
  client?: Maybe<Client>;
  /** Active API clients. Whether KORE leaves out disabled ones is not stated. A page is one KORE call; where there are several sets of credentials (KORE_CREDENTIALS_FILE) the list of each is read whole, one KORE call per 1,000 clients, `extensions.incomplete` names those that failed, and `totalCount` is then null. */
  clients: ClientConnection;
  /** One diagnostics request; null when KORE knows none by this id in this account. One KORE call. */
  diagnosticsRequest?: Maybe<DiagnosticsRequest>;
  /** One eSIM; null when the account has no SIM on it. One KORE call. */
  esim?: Maybe<Esim>;
  /** One eSIM request; null when KORE knows none by this id in this account. One KORE call. */
  esimRequest?: Maybe<EsimRequest>;
  /** One feature; null when KORE knows none by this id for this account. One KORE call. */
  feature?: Maybe<Feature>;
  /** Any object by its `nodeId`; null when KORE knows none. Rights and cost are those of the field that reads its type. */
  node?: Maybe<Node>;
  /** One plan; null when KORE knows none by this id for this account. One KORE call. */
  plan?: Maybe<Plan>;
  /** One plan type; null when KORE lists none by this id for this account. One KORE call. */
  planType?: Maybe<PlanType>;
  /** One provisioning request; null when KORE knows none by this id in this account. One KORE call. */
  provisioningRequest?: Maybe<ProvisioningRequest>;
  /** One service type; null when KORE knows none by this id for this account. One KORE call. */
  serviceType?: Maybe<ServiceType>;
  /** The newest data sessions of up to 1000 ICCIDs, in their order, null where KORE has no RADIUS data. One KORE call per 100. */
  sessionsByIccid: Array<Maybe<SimSessions>>;
  /** One text; null when KORE lists none by this id in this account. One KORE call. */
  smsMessage?: Maybe<SmsMessage>;
  /** One SIM by exactly one of id, ICCID and EID; null when the account has none. One KORE call. Of an EID that holds several SIMs it is the one whose profile is enabled; where KORE shows none as enabled, the one whose state shows it in use; and where that is not clear, null with a hint that lists them. */
  subscription?: Maybe<SimSubscription>;
  /** One request to change SIM records; null when KORE knows none by this id in this account. One KORE call. */
  subscriptionRequest?: Maybe<SubscriptionRequest>;
  /** An account's SIMs, by creation time unless ordered otherwise. A page from the start is one KORE call, of several states at most one per state. */
  subscriptions: SimSubscriptionConnection;
  /** The SIMs of up to 1000 ICCIDs, in their order, null where the account has none. One KORE call per 100. */
  subscriptionsByIccid: Array<Maybe<SimSubscription>>;
  /** Orders of which it is unknown whether they arrived at KORE, oldest first, at most 25. Orders in progress are not included. No KORE call. */
  unresolvedOrders: Array<UnresolvedOrder>;
  /** The usage of up to 1000 SIMs, in the order of their ICCIDs. One KORE call per 100 to find the SIMs, and for each SIM: One KORE call for up to 60 days, and one more for each further 59. A SIM that cannot be read is an error of its own, beside the usage of the others. */
  usageBySim: Array<SimUsageResult>;
};


/** Reads. Each description states the cost in requests to KORE. */
export type QueryAccountArgs = {
  id: Scalars['ID']['input'];
};


/** Reads. Each description states the cost in requests to KORE. */
export type QueryAccountsArgs = {
  email?: InputMaybe<Scalars['EmailAddress']['input']>;
};


/** Reads. Each description states the cost in requests to KORE. */
export type QueryActivationProfileArgs = {
  accountId: Scalars['ID']['input'];
  id: Scalars['ID']['input'];
};


/** Reads. Each description states the cost in requests to KORE. */
export type QueryAlertArgs = {
  accountId: Scalars['ID']['input'];
  id: Scalars['ID']['input'];
};


/** Reads. Each description states the cost in requests to KORE. */
export type QueryAlertRuleArgs = {
  accountId: Scalars['ID']['input'];
  id: Scalars['ID']['input'];
};


/** Reads. Each description states the cost in requests to KORE. */
export type QueryClientArgs = {
  id: Scalars['ID']['input'];
};


/** Reads. Each description states the cost in requests to KORE. */
export type QueryClientsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  type?: InputMaybe<ClientType>;
};


/** Reads. Each description states the cost in requests to KORE. */
export type QueryDiagnosticsRequestArgs = {
  accountId: Scalars['ID']['input'];
  id: Scalars['ID']['input'];
};


/** Reads. Each description states the cost in requests to KORE. */
export type QueryEsimArgs = {
  accountId: Scalars['ID']['input'];
  eid: Scalars['EID']['input'];
};


/** Reads. Each description states the cost in requests to KORE. */
export type QueryEsimRequestArgs = {
  accountId: Scalars['ID']['input'];
  id: Scalars['ID']['input'];
};


/** Reads. Each description states the cost in requests to KORE. */
export type QueryFeatureArgs = {
  accountId: Scalars['ID']['input'];
  id: Scalars['ID']['input'];
};


/** Reads. Each description states the cost in requests to KORE. */
export type QueryNodeArgs = {
  id: Scalars['ID']['input'];
};


/** Reads. Each description states the cost in requests to KORE. */
export type QueryPlanArgs = {
  accountId: Scalars['ID']['input'];
  id: Scalars['ID']['input'];
};


/** Reads. Each description states the cost in requests to KORE. */
export type QueryPlanTypeArgs = {
  accountId: Scalars['ID']['input'];
  id: Scalars['ID']['input'];
};


/** Reads. Each description states the cost in requests to KORE. */
export type QueryProvisioningRequestArgs = {
  accountId: Scalars['ID']['input'];
  id: Scalars['ID']['input'];
};


/** Reads. Each description states the cost in requests to KORE. */
export type QueryServiceTypeArgs = {
  accountId: Scalars['ID']['input'];
  id: Scalars['ID']['input'];
};


/** Reads. Each description states the cost in requests to KORE. */
export type QuerySessionsByIccidArgs = {
  accountId: Scalars['ID']['input'];
  from?: InputMaybe<Scalars['DateTime']['input']>;
  iccids: Array<Scalars['ICCID']['input']>;
  newest?: Scalars['Int']['input'];
  to?: InputMaybe<Scalars['DateTime']['input']>;
};


/** Reads. Each description states the cost in requests to KORE. */
export type QuerySmsMessageArgs = {
  accountId: Scalars['ID']['input'];
  id: Scalars['ID']['input'];
};


/** Reads. Each description states the cost in requests to KORE. */
export type QuerySubscriptionArgs = {
  accountId: Scalars['ID']['input'];
  eid?: InputMaybe<Scalars['EID']['input']>;
  iccid?: InputMaybe<Scalars['ICCID']['input']>;
  id?: InputMaybe<Scalars['ID']['input']>;
};


/** Reads. Each description states the cost in requests to KORE. */
export type QuerySubscriptionRequestArgs = {
  accountId: Scalars['ID']['input'];
  id: Scalars['ID']['input'];
};


/** Reads. Each description states the cost in requests to KORE. */
export type QuerySubscriptionsArgs = {
  accountId: Scalars['ID']['input'];
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<SimSubscriptionFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  orderBy?: InputMaybe<SimSubscriptionSort>;
};


/** Reads. Each description states the cost in requests to KORE. */
export type QuerySubscriptionsByIccidArgs = {
  accountId: Scalars['ID']['input'];
  iccids: Array<Scalars['ICCID']['input']>;
};


/** Reads. Each description states the cost in requests to KORE. */
export type QueryUnresolvedOrdersArgs = {
  accountId: Scalars['ID']['input'];
};


/** Reads. Each description states the cost in requests to KORE. */
export type QueryUsageBySimArgs = {
  accountId: Scalars['ID']['input'];
  from: Scalars['Date']['input'];
  iccids: Array<Scalars['ICCID']['input']>;
  to: Scalars['Date']['input'];
};

/** SIMs to reactivate. */
export type ReactivateSubscriptionsInput = {
  /** The account that the SIMs belong to. */
  accountId: Scalars['ID']['input'];
  /** Read what the write depends on, return what would be written, and write nothing. */
  dryRun?: InputMaybe<Scalars['Boolean']['input']>;
  /** Addresses that KORE notifies of every change of the request's status; at most 20. */
  notifyEmails?: InputMaybe<Array<Scalars['EmailAddress']['input']>>;
  /** Idempotency key of yours, 1 to 200 characters, per account and mutation. A repetition with the same input does not write again and returns the outcome, also after a restart; with another input it is refused as REQUEST_KEY_REUSED. Without a key, an identical mutation joins one that KORE has not finished. */
  requestKey?: InputMaybe<Scalars['String']['input']>;
  /** The SIMs, each by id or ICCID. A SIM that is named twice counts once. */
  subscriptions: Array<SimSelector>;
  /** Seconds to wait for KORE to finish before answering, at most the server's limit (`capabilities.limits`). The answer is complete either way: what KORE has failed by then is FAILED, what it has not finished is SUBMITTED. */
  waitUpTo?: InputMaybe<Scalars['Int']['input']>;
};

/** The outcome of reactivating, for each SIM. */
export type ReactivateSubscriptionsPayload = OrderPayload & {
  __typename?: 'ReactivateSubscriptionsPayload';
  /** The results, counted by outcome. */
  counts: OrderCounts;
  /** Whether this was a dry run: nothing was written. */
  isDryRun: Scalars['Boolean']['output'];
  /** Number of KORE's provisioning requests of the order, or that a dry run would create. */
  koreRequests: Scalars['Int']['output'];
  /** KORE's provisioning requests of this order. One KORE call each, unless only ids are selected. */
  requests: Array<ProvisioningRequest>;
  /** One result per different SIM, in the order of the input. */
  results: Array<OrderResult>;
  /** Values that SIMs of a dry run's activation lack and KORE may require: it would fail the SIMs after accepting them. Empty for other verbs, and where nothing was rehearsed. No KORE call. */
  unchecked: Array<UncheckedRequirement>;
};

/** The outcome of a change of SIM records, for each SIM. */
export type RecordChangePayload = {
  /** The results, counted by outcome. */
  counts: OrderCounts;
  /** Whether this was a dry run: nothing was written. */
  isDryRun: Scalars['Boolean']['output'];
  /** Number of KORE's subscription requests of the order, or that a dry run would create. */
  koreRequests: Scalars['Int']['output'];
  /** KORE's subscription requests of this order. One KORE call each, unless only ids are selected. */
  requests: Array<SubscriptionRequest>;
  /** One result per different SIM, in the order of the input. */
  results: Array<RecordChangeResult>;
};

/** The outcome of changing the record of one SIM. */
export type RecordChangeResult = {
  __typename?: 'RecordChangeResult';
  /** The part of the input that caused it. */
  field?: Maybe<Scalars['String']['output']>;
  /** The number printed on the SIM, where it is known. */
  iccid?: Maybe<Scalars['ICCID']['output']>;
  /** The reason in words. */
  message?: Maybe<Scalars['String']['output']>;
  /** The outcome. A change whose reply was lost is SUBMITTED without a `request` when the SIM shows it, else OUTCOME_UNKNOWN: KORE publishes no list of such requests. */
  outcome: OrderOutcome;
  /** Why it was not written, or possibly not. */
  reason?: Maybe<OrderReason>;
  /** KORE's subscription request for the SIM. One KORE call for each different one, unless only its id is selected. */
  request?: Maybe<SubscriptionRequest>;
  /** The SIM after the order; after a transfer that was waited for, in its new account. One KORE call per 100. */
  subscription?: Maybe<SimSubscription>;
  /** KORE's subscription-id; null when the SIM was not found. */
  subscriptionId?: Maybe<Scalars['ID']['output']>;
};

/** A cost center and its new name. */
export type RenameCostCenterInput = {
  /** The account. */
  accountId: Scalars['ID']['input'];
  /** Read the cost centers, return what would be done, and write nothing. */
  dryRun?: InputMaybe<Scalars['Boolean']['input']>;
  /** `CostCenter.key`. */
  key: Scalars['ID']['input'];
  /** The new name: 1 to 100 characters, which no other cost center of the account has. */
  name: Scalars['String']['input'];
};

/** The outcome of renaming a cost center. */
export type RenameCostCenterPayload = CostCenterPayload & {
  __typename?: 'RenameCostCenterPayload';
  /** The cost center, or the one that has the name already; null when there is none. One KORE call. */
  costCenter?: Maybe<CostCenter>;
  /** The part of the input that caused it. */
  field?: Maybe<Scalars['String']['output']>;
  /** The reason in words. */
  message?: Maybe<Scalars['String']['output']>;
  /** The outcome. */
  outcome: CostCenterOutcome;
  /** Why it was not written, or possibly not. */
  reason?: Maybe<CostCenterReason>;
};

/** An API client to renew the key of. */
export type RenewClientKeyInput = {
  /** The client's name; of the client that kore-graph itself uses, `<name>, which kore-graph itself uses`. */
  confirm: Scalars['String']['input'];
  /** KORE's client_id. */
  id: Scalars['ID']['input'];
  /** Idempotency key of yours, 1 to 200 characters, per account and mutation. A repetition does not renew again, also after a restart; it returns the outcome of the first, without its secret. */
  requestKey?: InputMaybe<Scalars['String']['input']>;
};

/** The outcome of renewing the key of an API client. */
export type RenewClientKeyPayload = ClientPayload & {
  __typename?: 'RenewClientKeyPayload';
  /** The client as KORE shows it; null when there is none. One KORE call where the write's own reply lacks it. */
  client?: Maybe<Client>;
  /** The secret, when `secretStatus` is SHOWN_NOW. No other answer shows it. */
  clientSecret?: Maybe<Scalars['String']['output']>;
  /** The part of the input that caused it. */
  field?: Maybe<Scalars['String']['output']>;
  /** The reason in words, and what to do. */
  message?: Maybe<Scalars['String']['output']>;
  /** The outcome. */
  outcome: ClientOutcome;
  /** Why nothing was changed, or possibly not. */
  reason?: Maybe<ClientReason>;
  /** Whether users of the client need a new token: its type, scopes or token lifetime may have changed, which existing tokens lack until they expire; or its key was renewed, which invalidates them. */
  requiresReauthorization: Scalars['Boolean']['output'];
  /** Whether this answer shows the secret. */
  secretStatus: ClientSecretStatus;
};

/** The source of a requirement in a dry run. */
export type RequirementBasis =
  /** KORE has failed an activation of a SIM of the same account and service type for lack of it, since the start of the server. */
  | 'EARLIER_FAILURE'
  /** Whether KORE requires it is not known, and was not checked. */
  | 'NOT_KNOWN'
  /** The SIM's product offer is named after a network for which KORE requires it. */
  | 'PRODUCT_OFFER';

/** SIMs whose devices register with the network anew. */
export type ResetConnectionInput = {
  /** The account that the SIMs belong to. */
  accountId: Scalars['ID']['input'];
  /** Read what the write depends on, return what would be written, and write nothing. */
  dryRun?: InputMaybe<Scalars['Boolean']['input']>;
  /** Idempotency key of yours, 1 to 200 characters, per account and mutation. A repetition with the same input does not write again and returns the outcome, also after a restart; with another input it is refused as REQUEST_KEY_REUSED. Without a key, an identical mutation joins one that KORE has not finished. */
  requestKey?: InputMaybe<Scalars['String']['input']>;
  /** The SIMs, each by id or ICCID. A SIM that is named twice counts once. At most 100. */
  subscriptions: Array<SimSelector>;
  /** Seconds to wait for KORE to finish before answering, at most the server's limit (`capabilities.limits`). The answer is complete either way: what KORE has failed by then is FAILED, what it has not finished is SUBMITTED. */
  waitUpTo?: InputMaybe<Scalars['Int']['input']>;
};

/** The outcome of resetting connections, for each SIM. */
export type ResetConnectionPayload = {
  __typename?: 'ResetConnectionPayload';
  /** The results, counted by outcome. */
  counts: OrderCounts;
  /** Whether this was a dry run: nothing was written. */
  isDryRun: Scalars['Boolean']['output'];
  /** Number of KORE's diagnostics requests of the order, or that a dry run would create. */
  koreRequests: Scalars['Int']['output'];
  /** One result per different SIM, in the order of the input. */
  results: Array<ResetConnectionResult>;
};

/** The outcome of resetting the connection of one SIM. */
export type ResetConnectionResult = {
  __typename?: 'ResetConnectionResult';
  /** The part of the input that caused it. */
  field?: Maybe<Scalars['String']['output']>;
  /** The number printed on the SIM, where it is known. */
  iccid?: Maybe<Scalars['ICCID']['output']>;
  /** The reason in words. */
  message?: Maybe<Scalars['String']['output']>;
  /** The outcome. */
  outcome: OrderOutcome;
  /** Why it was not written, or possibly not. */
  reason?: Maybe<OrderReason>;
  /** KORE's diagnostics request for the SIM. One KORE call, unless only its id is selected. */
  request?: Maybe<DiagnosticsRequest>;
  /** The SIM. One KORE call per 100. */
  subscription?: Maybe<SimSubscription>;
  /** KORE's subscription-id; null when the SIM was not found. */
  subscriptionId?: Maybe<Scalars['ID']['output']>;
};

/** The outcome of resolving an order. */
export type ResolutionOutcome =
  /** The order is KORE's request: it is `SUBMITTED`. */
  | 'ADOPTED'
  /** Nothing was changed; see `reason`. */
  | 'REJECTED'
  /** The order did not arrive: its SIMs can be written again. */
  | 'RELEASED';

/** Why an order was not resolved. */
export type ResolutionReason =
  /** KORE's list shows that the order arrived, so it is not released. */
  | 'ARRIVED'
  /** `confirm` is not the number of the order's SIMs. */
  | 'NOT_CONFIRMED'
  /** The account has no unresolved order by this id: it may have been resolved meanwhile. */
  | 'NOT_FOUND'
  /** The request belongs to another order. */
  | 'REQUEST_CLAIMED'
  /** The request is of other SIMs, another verb or another time. */
  | 'REQUEST_DIFFERS'
  /** KORE has no such request in this account. */
  | 'REQUEST_NOT_FOUND';

/** The decision on an unresolved order: exactly one of `arrivedAs` and `didNotArrive`. */
export type ResolveOrderInput = {
  /** The account of the order's SIMs. */
  accountId: Scalars['ID']['input'];
  /** The order arrived as this request of KORE's: its provisioning-request-id, diagnostics-request-id or subscription-request-id. It is checked against KORE's detail of the request. */
  arrivedAs?: InputMaybe<Scalars['ID']['input']>;
  /** Confirmation: must be the number of `UnresolvedOrder.subscriptions`. */
  confirm: Scalars['Int']['input'];
  /** True: the order did not arrive. Its SIMs can be written again, so make sure: a second order cannot be undone. */
  didNotArrive?: InputMaybe<Scalars['Boolean']['input']>;
  /** `UnresolvedOrder.intentId`. */
  intentId: Scalars['ID']['input'];
};

/** The outcome of resolving an order. */
export type ResolveOrderPayload = {
  __typename?: 'ResolveOrderPayload';
  /** The part of the input that caused it. */
  field?: Maybe<Scalars['String']['output']>;
  /** The reason in words. */
  message?: Maybe<Scalars['String']['output']>;
  /** The outcome. */
  outcome: ResolutionOutcome;
  /** Why nothing was changed. */
  reason?: Maybe<ResolutionReason>;
  /** The order's SIMs after the resolution; empty when nothing was changed. */
  results: Array<OrderResult>;
};

/** An eSIM request to retry. */
export type RetryEsimRequestInput = {
  /** The account whose eSIMs the request changes. */
  accountId: Scalars['ID']['input'];
  /** Read the request, return what would be written, and write nothing. */
  dryRun?: InputMaybe<Scalars['Boolean']['input']>;
  /** eSIMs of the request. Default: all of them to which it applies. */
  eids?: InputMaybe<Array<Scalars['EID']['input']>>;
  /** KORE's id of the eSIM request, of any type. */
  id: Scalars['ID']['input'];
  /** Do not wait for the device to be online; also for eSIMs that wait for it now. An offline device then fails at the next step. */
  skipSessionCheck?: InputMaybe<Scalars['Boolean']['input']>;
};

/** The outcome of retrying an eSIM request, for each eSIM. */
export type RetryEsimRequestPayload = EsimFollowUpPayload & {
  __typename?: 'RetryEsimRequestPayload';
  /** The results, counted by outcome. */
  counts: OrderCounts;
  /** Whether this was a dry run: nothing was written. */
  isDryRun: Scalars['Boolean']['output'];
  /** The eSIM request. One KORE call, unless only its id is selected. */
  request: EsimRequest;
  /** One result per different eSIM. */
  results: Array<EsimOrderResult>;
};

/** A text to send to one SIM. */
export type SendSmsInput = {
  /** The account that the SIM belongs to. */
  accountId: Scalars['ID']['input'];
  /** Check the input, count encoding and parts, and send nothing. No KORE call. */
  dryRun?: InputMaybe<Scalars['Boolean']['input']>;
  /** Originating address, 1 to 11 letters and digits. Default: the short code of the SIM's service type. */
  from?: InputMaybe<Scalars['String']['input']>;
  /** The most parts that may be sent, 1 to 255; each is charged. A longer text is REJECTED. */
  maxParts?: InputMaybe<Scalars['Int']['input']>;
  /** Idempotency key of yours, 1 to 200 characters, per account. A repetition with the same input never sends again, also after a restart or a lost reply, and returns the outcome; with another input it is refused as REQUEST_KEY_REUSED. */
  requestKey: Scalars['String']['input'];
  /** The text, not empty. KORE states no longest one; `maxParts` limits it. */
  text: Scalars['String']['input'];
  /** The SIM. */
  to: SmsRecipient;
};

/** The outcome of sending a text. */
export type SendSmsPayload = {
  __typename?: 'SendSmsPayload';
  /** How the text is written. */
  encoding: SmsEncoding;
  /** The part of the input that caused it. */
  field?: Maybe<Scalars['String']['output']>;
  /** Whether this was a dry run: nothing was sent. */
  isDryRun: Scalars['Boolean']['output'];
  /** The code in KORE's reply, whose values KORE does not state. */
  koreCode?: Maybe<Scalars['Float']['output']>;
  /** KORE's words in its reply, without numbers and addresses. */
  koreMessage?: Maybe<Scalars['String']['output']>;
  /** The status in KORE's reply, whose values KORE does not state. */
  koreStatus?: Maybe<Scalars['String']['output']>;
  /** The reason in words, and what to do. */
  message?: Maybe<Scalars['String']['output']>;
  /** KORE's mid, by which `smsStatusChanged` names the text. */
  messageId?: Maybe<Scalars['ID']['output']>;
  /** The outcome. */
  outcome: SmsOutcome;
  /** Parts of the text by the standard, each of which is charged. KORE states 160 characters a part and may charge fewer. */
  parts: Scalars['Int']['output'];
  /** Why it was not sent, or possibly not. */
  reason?: Maybe<SmsReason>;
  /** Length of the text as it counts for parts: 7-bit characters, of which such as € and [ take two, or UTF-16 code units. */
  units: Scalars['Int']['output'];
};

/** A network service of an account's SIMs, such as OmniSIM. */
export type ServiceType = Node & {
  __typename?: 'ServiceType';
  /** The account that it is read for. */
  account: Account;
  /** The account that it is read for. */
  accountId: Scalars['ID']['output'];
  /** KORE's service-type-name. */
  name?: Maybe<Scalars['String']['output']>;
  /** Globally unique, opaque id: `node` takes it, and client caches can key by it. */
  nodeId: Scalars['ID']['output'];
  /** KORE's service-type-id, which SIMs carry. */
  serviceTypeId: Scalars['ID']['output'];
};

/** SIMs whose devices are recorded. */
export type SetConnectedHardwareInput = {
  /** The account that the SIMs belong to. */
  accountId: Scalars['ID']['input'];
  /** Read what the write depends on, return what would be written, and write nothing. */
  dryRun?: InputMaybe<Scalars['Boolean']['input']>;
  /** Idempotency key of yours, 1 to 200 characters, per account and mutation. A repetition with the same input does not write again and returns the outcome, also after a restart; with another input it is refused as REQUEST_KEY_REUSED. Without a key, an identical mutation joins one that KORE has not finished. */
  requestKey?: InputMaybe<Scalars['String']['input']>;
  /** The SIMs, each by id or ICCID. A SIM that is named twice counts once. With different values it is REJECTED. */
  subscriptions: Array<SimHardwareInput>;
  /** Seconds to wait for KORE to finish before answering, at most the server's limit (`capabilities.limits`). The answer is complete either way: what KORE has failed by then is FAILED, what it has not finished is SUBMITTED. */
  waitUpTo?: InputMaybe<Scalars['Int']['input']>;
};

/** The outcome of recording devices, for each SIM. */
export type SetConnectedHardwarePayload = RecordChangePayload & {
  __typename?: 'SetConnectedHardwarePayload';
  /** The results, counted by outcome. */
  counts: OrderCounts;
  /** Whether this was a dry run: nothing was written. */
  isDryRun: Scalars['Boolean']['output'];
  /** Number of KORE's subscription requests of the order, or that a dry run would create. */
  koreRequests: Scalars['Int']['output'];
  /** KORE's subscription requests of this order. One KORE call each, unless only ids are selected. */
  requests: Array<SubscriptionRequest>;
  /** One result per different SIM, in the order of the input. */
  results: Array<RecordChangeResult>;
};

/** SIMs whose custom fields are set. */
export type SetCustomFieldsInput = {
  /** The account that the SIMs belong to. */
  accountId: Scalars['ID']['input'];
  /** Read what the write depends on, return what would be written, and write nothing. */
  dryRun?: InputMaybe<Scalars['Boolean']['input']>;
  /** Idempotency key of yours, 1 to 200 characters, per account and mutation. A repetition with the same input does not write again and returns the outcome, also after a restart; with another input it is refused as REQUEST_KEY_REUSED. Without a key, an identical mutation joins one that KORE has not finished. */
  requestKey?: InputMaybe<Scalars['String']['input']>;
  /** The SIMs, each by id or ICCID. A SIM that is named twice counts once. With different values it is REJECTED. */
  subscriptions: Array<SimCustomFieldsInput>;
  /** Seconds to wait for KORE to finish before answering, at most the server's limit (`capabilities.limits`). The answer is complete either way: what KORE has failed by then is FAILED, what it has not finished is SUBMITTED. */
  waitUpTo?: InputMaybe<Scalars['Int']['input']>;
};

/** The outcome of setting custom fields, for each SIM. */
export type SetCustomFieldsPayload = RecordChangePayload & {
  __typename?: 'SetCustomFieldsPayload';
  /** The results, counted by outcome. */
  counts: OrderCounts;
  /** Whether this was a dry run: nothing was written. */
  isDryRun: Scalars['Boolean']['output'];
  /** Number of KORE's subscription requests of the order, or that a dry run would create. */
  koreRequests: Scalars['Int']['output'];
  /** KORE's subscription requests of this order. One KORE call each, unless only ids are selected. */
  requests: Array<SubscriptionRequest>;
  /** One result per different SIM, in the order of the input. */
  results: Array<RecordChangeResult>;
};

/** A SIM to activate, by exactly one of its ids. */
export type SimActivation = {
  /** The number printed on the SIM. */
  iccid?: InputMaybe<Scalars['ICCID']['input']>;
  /** KORE's subscription-id. */
  id?: InputMaybe<Scalars['ID']['input']>;
  /** IMEI of the device that will hold the SIM. KORE requires it for Verizon without a SKU, and for APEX. */
  imei?: InputMaybe<Scalars['IMEI']['input']>;
};

/** An access point name (APN) of a SIM, with its address there. */
export type SimApn = {
  __typename?: 'SimApn';
  /** KORE's apn-id, which SIMs share. */
  apnId?: Maybe<Scalars['ID']['output']>;
  /** The SIM's IP address on it, as KORE writes it. */
  ipAddress?: Maybe<Scalars['String']['output']>;
};

/** The number of an account's SIMs in one state. */
export type SimCount = {
  __typename?: 'SimCount';
  /** Number of SIMs; null when KORE's replies do not state it, or contradict each other. */
  count?: Maybe<Scalars['Int']['output']>;
  /** The state. */
  state: SimState;
};

/** A field of the customer's own on a SIM. */
export type SimCustomField = {
  __typename?: 'SimCustomField';
  /** The field's name. */
  key?: Maybe<Scalars['String']['output']>;
  /** Its value. */
  value?: Maybe<Scalars['String']['output']>;
};

/** A SIM, by exactly one of its ids, with the custom fields that it gets. */
export type SimCustomFieldsInput = {
  /** The fields to set, 1 to 50, each once. The SIM's other fields stay. */
  fields: Array<CustomFieldInput>;
  /** The number printed on the SIM. */
  iccid?: InputMaybe<Scalars['ICCID']['input']>;
  /** KORE's subscription-id. */
  id?: InputMaybe<Scalars['ID']['input']>;
};

/** The device that holds a SIM, as recorded at KORE. */
export type SimDevice = {
  __typename?: 'SimDevice';
  /** The device's IMEI. */
  imei?: Maybe<Scalars['IMEI']['output']>;
  /** The device's model number. */
  modelNumber?: Maybe<Scalars['String']['output']>;
  /** The device's serial number. */
  serialNumber?: Maybe<Scalars['String']['output']>;
};

/** A feature, such as a private network or text messaging. */
export type SimFeature = {
  __typename?: 'SimFeature';
  /** KORE's feature-id. */
  id?: Maybe<Scalars['ID']['output']>;
  /** KORE's feature-name. */
  name?: Maybe<Scalars['String']['output']>;
};

/** A SIM, by exactly one of its ids, with its device. Data that are not given stay. */
export type SimHardwareInput = {
  /** The number printed on the SIM. */
  iccid?: InputMaybe<Scalars['ICCID']['input']>;
  /** KORE's subscription-id. */
  id?: InputMaybe<Scalars['ID']['input']>;
  /** The device's IMEI. */
  imei?: InputMaybe<Scalars['IMEI']['input']>;
  /** The device's model number, 1 to 100 characters. */
  modelNumber?: InputMaybe<Scalars['String']['input']>;
  /** The device's serial number, 1 to 100 characters. */
  serialNumber?: InputMaybe<Scalars['String']['input']>;
};

/** The numbers that a SIM last had in one of its states. */
export type SimNumberDate = {
  __typename?: 'SimNumberDate';
  /** The IMSI. */
  imsi?: Maybe<Scalars['IMSI']['output']>;
  /** The MSISDN. */
  msisdn?: Maybe<Scalars['MSISDN']['output']>;
  /** When they began. */
  startedAt?: Maybe<Scalars['DateTime']['output']>;
};

/** A rate plan. */
export type SimPlan = {
  __typename?: 'SimPlan';
  /** KORE's plan-id. */
  id?: Maybe<Scalars['ID']['output']>;
  /** KORE's plan-name. */
  name?: Maybe<Scalars['String']['output']>;
  /** KORE's usage-type as it came. */
  rawUsageType?: Maybe<Scalars['String']['output']>;
  /** KORE's plan-type. KORE does not state its values. */
  type?: Maybe<Scalars['String']['output']>;
  /** The metered usage. */
  usageType?: Maybe<UsageType>;
};

/** A combination of plans and features of SIMs. Not an activation profile, although KORE calls both profile. */
export type SimProfile = {
  __typename?: 'SimProfile';
  /** The features of the combination. */
  features: Array<SimFeature>;
  /** KORE's profile-id. */
  id: Scalars['ID']['output'];
  /** The plans of the combination. */
  plans: Array<SimPlan>;
};

/** The profile that a SIM last had in one of its states. */
export type SimProfileDate = {
  __typename?: 'SimProfileDate';
  /** The features of the profile, null where KORE knows none by the id. One KORE call for all SIMs on the same profile, one per account, and one more for each that the account is no longer eligible for. */
  features?: Maybe<Array<Maybe<Feature>>>;
  /** The plans of the profile, null where KORE knows none by the id. One KORE call for all SIMs on the same profile, one per account, and one more for each that the account is no longer eligible for. */
  plans?: Maybe<Array<Maybe<Plan>>>;
  /** The plans and features of that time. */
  profile?: Maybe<SimProfile>;
  /** KORE's profile-id. */
  profileId?: Maybe<Scalars['ID']['output']>;
  /** When it began. */
  startedAt?: Maybe<Scalars['DateTime']['output']>;
};

/** A span of time in which a SIM was on one profile. */
export type SimProfilePeriod = {
  __typename?: 'SimProfilePeriod';
  /** When it ended; null while it lasts, for which KORE also writes a day in 9999. */
  endedAt?: Maybe<Scalars['DateTime']['output']>;
  /** The features of the profile, null where KORE knows none by the id. One KORE call for all SIMs on the same profile, one per account, and one more for each that the account is no longer eligible for. */
  features?: Maybe<Array<Maybe<Feature>>>;
  /** Whether it is the present one. */
  isCurrent?: Maybe<Scalars['Boolean']['output']>;
  /** The plans of the profile, null where KORE knows none by the id. One KORE call for all SIMs on the same profile, one per account, and one more for each that the account is no longer eligible for. */
  plans?: Maybe<Array<Maybe<Plan>>>;
  /** The plans and features of that time. */
  profile?: Maybe<SimProfile>;
  /** KORE's profile-id. */
  profileId?: Maybe<Scalars['ID']['output']>;
  /** When it began. */
  startedAt?: Maybe<Scalars['DateTime']['output']>;
};

/** A SIM, by exactly one of its ids. */
export type SimSelector = {
  /** The number printed on the SIM. */
  iccid?: InputMaybe<Scalars['ICCID']['input']>;
  /** KORE's subscription-id. */
  id?: InputMaybe<Scalars['ID']['input']>;
};

/** A data session of a SIM, from RADIUS accounting at the carrier. */
export type SimSession = {
  __typename?: 'SimSession';
  /** The access point name. */
  apn?: Maybe<Scalars['String']['output']>;
  /** When it ended; null while it goes on. Read as UTC where KORE states no time zone. */
  endedAt?: Maybe<Scalars['DateTime']['output']>;
  /** KORE's session-id. */
  sessionId?: Maybe<Scalars['ID']['output']>;
  /** When it began. Read as UTC where KORE states no time zone. */
  startedAt?: Maybe<Scalars['DateTime']['output']>;
};

/** A page of SimSession items. */
export type SimSessionConnection = {
  __typename?: 'SimSessionConnection';
  /** The items of this page, each with its cursor. */
  edges: Array<SimSessionEdge>;
  /** The items of this page. */
  nodes: Array<SimSession>;
  /** Position of this page in the list. */
  pageInfo: PageInfo;
  /** Items in the whole list; null when KORE's reply does not state it. */
  totalCount?: Maybe<Scalars['Int']['output']>;
};

/** One SimSession of a list, with its cursor. */
export type SimSessionEdge = {
  __typename?: 'SimSessionEdge';
  /** Cursor of the position after the item. */
  cursor: Scalars['String']['output'];
  /** The item. */
  node: SimSession;
};

/** The data sessions of one of several SIMs. */
export type SimSessions = {
  __typename?: 'SimSessions';
  /** Sessions in the requested time; null when KORE does not state it. */
  count?: Maybe<Scalars['Int']['output']>;
  /** The number printed on the SIM. */
  iccid: Scalars['ICCID']['output'];
  /** The SIM's phone number. */
  msisdn?: Maybe<Scalars['MSISDN']['output']>;
  /** The newest sessions, as many as requested. */
  sessions: Array<SimSession>;
  /** The SIM. One KORE call per 100. */
  subscription?: Maybe<SimSubscription>;
  /** KORE's subscription-urn, whose form KORE does not state. */
  subscriptionUrn?: Maybe<Scalars['String']['output']>;
};

/** State of a SIM at KORE. KORE names the states and explains none of them. */
export type SimState =
  /** KORE's `Active`. */
  | 'ACTIVE'
  /** KORE's `Barred`. */
  | 'BARRED'
  /** KORE's `Deactivated`. */
  | 'DEACTIVATED'
  /** KORE's `Pending Scrap`. */
  | 'PENDING_SCRAP'
  /** KORE's `Ready`: where activation to READY leads. */
  | 'READY'
  /** KORE's `Scrapped`. */
  | 'SCRAPPED'
  /** KORE's `Stock`: not yet activated. The only state from which a SIM can be transferred. */
  | 'STOCK'
  /** KORE's `Suspend`. */
  | 'SUSPENDED'
  /** KORE's `Suspend With Charge`, also written `Suspended with charge`. */
  | 'SUSPENDED_WITH_CHARGE'
  /** KORE's `Test`: where activation to TEST leads. */
  | 'TEST'
  /** A state that this graph does not know; see `rawState`. */
  | 'UNKNOWN';

/** A state change of a SIM, from a webhook of KORE's. */
export type SimStateChange = KoreEvent & {
  __typename?: 'SimStateChange';
  /** The account that it is about. */
  accountId: Scalars['ID']['output'];
  /** KORE's alert-id, of the delivery; one may have many events. */
  alertId?: Maybe<Scalars['ID']['output']>;
  /** When it happened. */
  at?: Maybe<Scalars['DateTime']['output']>;
  /** KORE's data of the event as JSON text, whole: KORE states the fields of `SimStateChange` alone. Null for an alert without events. */
  data?: Maybe<Scalars['String']['output']>;
  /** KORE's id of the event. */
  eventId?: Maybe<Scalars['ID']['output']>;
  /** KORE's event-name. */
  eventName: Scalars['String']['output'];
  /** The state now. */
  newState?: Maybe<SimState>;
  /** The state before. */
  oldState?: Maybe<SimState>;
  /** KORE's state now, as it came. */
  rawNewState?: Maybe<Scalars['String']['output']>;
  /** KORE's state before, as it came. */
  rawOldState?: Maybe<Scalars['String']['output']>;
  /** KORE's rule-id, of the alert rule. */
  ruleId?: Maybe<Scalars['ID']['output']>;
  /** KORE's rule-name. */
  ruleName?: Maybe<Scalars['String']['output']>;
  /** KORE's alert-message-date, of the delivery. */
  sentAt?: Maybe<Scalars['DateTime']['output']>;
  /** The SIM. One KORE call. */
  subscription?: Maybe<SimSubscription>;
  /** KORE's subscription-id of the SIM. */
  subscriptionId: Scalars['ID']['output'];
  /** Its kind. */
  type: AccountEventType;
};

/** When a SIM last entered a state. */
export type SimStateDate = {
  __typename?: 'SimStateDate';
  /** KORE's state as it came. */
  rawState?: Maybe<Scalars['String']['output']>;
  /** When the SIM last entered it. */
  startedAt?: Maybe<Scalars['DateTime']['output']>;
  /** The state. */
  state?: Maybe<SimState>;
};

/** A span of time in which a SIM was in one state. */
export type SimStatePeriod = {
  __typename?: 'SimStatePeriod';
  /** When it ended; null while it lasts, for which KORE also writes a day in 9999. */
  endedAt?: Maybe<Scalars['DateTime']['output']>;
  /** Whether it is the present one. */
  isCurrent?: Maybe<Scalars['Boolean']['output']>;
  /** KORE's state as it came. */
  rawState?: Maybe<Scalars['String']['output']>;
  /** When it began. */
  startedAt?: Maybe<Scalars['DateTime']['output']>;
  /** The state. */
  state?: Maybe<SimState>;
  /** KORE's state-id. KORE does not state its values. */
  stateId?: Maybe<Scalars['ID']['output']>;
};

/** A SIM with its service: what KORE calls a subscription. GraphQL keeps that name for live updates. */
export type SimSubscription = Node & {
  __typename?: 'SimSubscription';
  /** The account that it belongs to. */
  account: Account;
  /** The account that it belongs to. */
  accountId: Scalars['ID']['output'];
  /** The SIM's access point names. */
  apns?: Maybe<Array<SimApn>>;
  /** Its cost center. One KORE call for all SIMs of an account. */
  costCenter?: Maybe<CostCenter>;
  /** KORE's cost-center-id. */
  costCenterId?: Maybe<Scalars['ID']['output']>;
  /** The present state with its dates. */
  currentState?: Maybe<SimStatePeriod>;
  /** The customer's own fields: KORE's additional-fields. */
  customFields?: Maybe<Array<SimCustomField>>;
  /** The device that holds the SIM; null when none is recorded. */
  device?: Maybe<SimDevice>;
  /** The eSIM that holds it; null when it is not an eSIM. */
  eid?: Maybe<Scalars['EID']['output']>;
  /** The account's activation profiles for the SIM's service type and, where both name one, its product offer. KORE does not state which profiles fit a SIM; this is our reading. One KORE call per account and one per profile. */
  eligibleActivationProfiles?: Maybe<Array<ActivationProfile>>;
  /** The eSIM that holds it; null when it is not an eSIM. */
  esim?: Maybe<Esim>;
  /** The features of the profile, null where KORE knows none by the id. One KORE call for all SIMs on the same profile, one per account, and one more for each that the account is no longer eligible for. */
  features?: Maybe<Array<Maybe<Feature>>>;
  /** The number printed on the SIM. */
  iccid?: Maybe<Scalars['ICCID']['output']>;
  /** KORE's subscription-id. */
  id: Scalars['ID']['output'];
  /** The IMEI of the device that holds the SIM. */
  imei?: Maybe<Scalars['IMEI']['output']>;
  /** The SIM's IMSI. */
  imsi?: Maybe<Scalars['IMSI']['output']>;
  /** When `isInSession` was updated: KORE's last-updated-time. Read with `isInSession`: one KORE call per 100 SIMs. */
  inSessionUpdatedAt?: Maybe<Scalars['DateTime']['output']>;
  /** Whether it is an eSIM, which KORE shows by giving an EID. */
  isEsim: Scalars['Boolean']['output'];
  /** Whether it is in a data session, by its latest RADIUS event; null when KORE has none. One KORE call per 100 SIMs. */
  isInSession?: Maybe<Scalars['Boolean']['output']>;
  /** The IMSI and MSISDN that the SIM last had in each of its states. */
  lastActiveNumbers?: Maybe<Array<SimNumberDate>>;
  /** The profile that the SIM last had in each of its states. */
  lastActiveProfiles?: Maybe<Array<SimProfileDate>>;
  /** The newest provisioning request that names the SIM; null when there is none. One KORE call per SIM. */
  lastProvisioningRequest?: Maybe<ProvisioningRequest>;
  /** The SIM's phone numbers. */
  msisdns?: Maybe<Array<Scalars['MSISDN']['output']>>;
  /** Globally unique, opaque id: `node` takes it, and client caches can key by it. */
  nodeId: Scalars['ID']['output'];
  /** The plans of the profile, null where KORE knows none by the id. One KORE call for all SIMs on the same profile, one per account, and one more for each that the account is no longer eligible for. */
  plans?: Maybe<Array<Maybe<Plan>>>;
  /** KORE's product-offer: a mix of plans, features and SIM formats. */
  productOffer?: Maybe<Scalars['String']['output']>;
  /** KORE's product-offer-type, which distinguishes offers by manufacturer. */
  productOfferType?: Maybe<Scalars['String']['output']>;
  /** Its plans and features. One KORE call for all SIMs on the same profile. */
  profile?: Maybe<SimProfile>;
  /** The profiles that KORE lists, the present one among them. */
  profileHistory?: Maybe<Array<SimProfilePeriod>>;
  /** KORE's profile-id of the present profile. */
  profileId?: Maybe<Scalars['ID']['output']>;
  /** KORE's present state as it came. */
  rawState?: Maybe<Scalars['String']['output']>;
  /** State of the profile on the eSIM (remote SIM provisioning), such as `enabled`. KORE does not state the values. */
  rspState?: Maybe<Scalars['String']['output']>;
  /** Its service type. One KORE call for all SIMs of an account, and one more for each that the account is no longer eligible for. */
  serviceType?: Maybe<ServiceType>;
  /** KORE's service-type-id. */
  serviceTypeId?: Maybe<Scalars['ID']['output']>;
  /** Its data sessions of the last 7 days, the newest first, the present one among them. Empty where the carrier gives KORE no RADIUS data. A page from the start is one KORE call per 100 SIMs. */
  sessions?: Maybe<SimSessionConnection>;
  /** The present state. */
  state?: Maybe<SimState>;
  /** When the SIM last entered each of its states. */
  stateDates?: Maybe<Array<SimStateDate>>;
  /** All states so far. In a list it costs nothing; for single SIMs one KORE call per 100. */
  stateHistory?: Maybe<Array<SimStatePeriod>>;
  /** Its usage. One KORE call for up to 60 days, and one more for each further 59. KORE reads one SIM at a time, so a page costs as many calls as it has SIMs. */
  usage?: Maybe<SimUsage>;
};


/** A SIM with its service: what KORE calls a subscription. GraphQL keeps that name for live updates. */
export type SimSubscriptionSessionsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  from?: InputMaybe<Scalars['DateTime']['input']>;
  to?: InputMaybe<Scalars['DateTime']['input']>;
};


/** A SIM with its service: what KORE calls a subscription. GraphQL keeps that name for live updates. */
export type SimSubscriptionUsageArgs = {
  from: Scalars['Date']['input'];
  to: Scalars['Date']['input'];
};

/** A page of SimSubscription items. */
export type SimSubscriptionConnection = {
  __typename?: 'SimSubscriptionConnection';
  /** The items of this page, each with its cursor. */
  edges: Array<SimSubscriptionEdge>;
  /** The items of this page. */
  nodes: Array<SimSubscription>;
  /** Position of this page in the list. */
  pageInfo: PageInfo;
  /** Items in the whole list; null when KORE's reply does not state it. */
  totalCount?: Maybe<Scalars['Int']['output']>;
};

/** One SimSubscription of a list, with its cursor. */
export type SimSubscriptionEdge = {
  __typename?: 'SimSubscriptionEdge';
  /** Cursor of the position after the item. */
  cursor: Scalars['String']['output'];
  /** The item. */
  node: SimSubscription;
};

/** Filter of SIMs. All given conditions must hold. */
export type SimSubscriptionFilter = {
  /** The eSIM's EID. */
  eid?: InputMaybe<Scalars['EID']['input']>;
  /** Any of these, at most 100. */
  iccids?: InputMaybe<Array<Scalars['ICCID']['input']>>;
  /** The device's IMEI. */
  imei?: InputMaybe<Scalars['IMEI']['input']>;
  /** The SIM's IMSI. */
  imsi?: InputMaybe<Scalars['IMSI']['input']>;
  /** Modified since. Whether inclusive, KORE does not state. */
  modifiedFrom?: InputMaybe<Scalars['DateTime']['input']>;
  /** Modified until. Whether inclusive, KORE does not state. */
  modifiedTo?: InputMaybe<Scalars['DateTime']['input']>;
  /** A phone number of the SIM. */
  msisdn?: InputMaybe<Scalars['MSISDN']['input']>;
  /** The present state. `UNKNOWN` cannot be used as a filter. */
  state?: InputMaybe<SimState>;
  /** Any of these present states, in place of `state`. KORE lists one state a call, so the list has the SIMs of the first state, in the given order, then those of the next; each state costs a call. */
  states?: InputMaybe<Array<SimState>>;
};

/** Order of SIMs. */
export type SimSubscriptionSort = {
  /** Ascending or descending. */
  direction?: SortDirection;
  /** The field to order by. */
  field: SimSubscriptionSortField;
};

/** The field to order SIMs by. */
export type SimSubscriptionSortField =
  /** KORE's cost-center-id. */
  | 'COST_CENTER_ID'
  /** The ICCID. */
  | 'ICCID'
  /** KORE's subscription-id. */
  | 'ID'
  /** KORE's service-type-id. */
  | 'SERVICE_TYPE_ID';

/** Usage of a SIM in a span of days. */
export type SimUsage = {
  __typename?: 'SimUsage';
  /** Data, in bytes. Null when none is recorded. */
  data?: Maybe<Usage>;
  /** The first day. */
  from: Scalars['Date']['output'];
  /** False where KORE has no record of any usage in the span. */
  isRecorded: Scalars['Boolean']['output'];
  /** Text messages. Null when none is recorded. */
  sms?: Maybe<Usage>;
  /** KORE's source of the records, such as `cdr`. */
  source?: Maybe<Scalars['String']['output']>;
  /** KORE's subscription-id, as the reply states it. */
  subscriptionId?: Maybe<Scalars['ID']['output']>;
  /** The last day. */
  to: Scalars['Date']['output'];
  /** Calls, in seconds. Null when none is recorded. */
  voice?: Maybe<Usage>;
};

/** One SIM's usage out of several. Failures stay with their SIM. */
export type SimUsageResult = {
  __typename?: 'SimUsageResult';
  /** The ICCID as it was given. */
  iccid: Scalars['ICCID']['output'];
  /** The SIM; null where the account has none. */
  subscription?: Maybe<SimSubscription>;
  /** Its usage; null where the account has no such SIM. */
  usage?: Maybe<SimUsage>;
};

/** Direction of a text. */
export type SmsDirection =
  /** Sent by a SIM (mobile originated). */
  | 'FROM_SIM'
  /** Sent to a SIM (mobile terminated). */
  | 'TO_SIM';

/** How a text is written. */
export type SmsEncoding =
  /** GSM 03.38's alphabet: 160 characters in one part, 153 in each of several. */
  | 'GSM_7BIT'
  /** Taken when a character is not in that alphabet: 70 in one part, 67 in each of several. KORE does not state that it sends it. */
  | 'UCS_2';

/** A text that a SIM has sent. KORE does not state the event's data: fields that it lacks are null. */
export type SmsFromSim = KoreEvent & {
  __typename?: 'SmsFromSim';
  /** The account that it is about. */
  accountId: Scalars['ID']['output'];
  /** KORE's alert-id, of the delivery; one may have many events. */
  alertId?: Maybe<Scalars['ID']['output']>;
  /** When it happened. */
  at?: Maybe<Scalars['DateTime']['output']>;
  /** KORE's data of the event as JSON text, whole: KORE states the fields of `SimStateChange` alone. Null for an alert without events. */
  data?: Maybe<Scalars['String']['output']>;
  /** KORE's detail as it came; its meaning is not stated. */
  detail?: Maybe<Scalars['String']['output']>;
  /** KORE's id of the event. */
  eventId?: Maybe<Scalars['ID']['output']>;
  /** KORE's event-name. */
  eventName: Scalars['String']['output'];
  /** The number printed on the SIM. */
  iccid?: Maybe<Scalars['ICCID']['output']>;
  /** KORE's mid, as `SmsMessage.id`. */
  mid?: Maybe<Scalars['ID']['output']>;
  /** The SIM's telephone number, as KORE writes it. */
  msisdn?: Maybe<Scalars['String']['output']>;
  /** KORE's rule-id, of the alert rule. */
  ruleId?: Maybe<Scalars['ID']['output']>;
  /** KORE's rule-name. */
  ruleName?: Maybe<Scalars['String']['output']>;
  /** KORE's alert-message-date, of the delivery. */
  sentAt?: Maybe<Scalars['DateTime']['output']>;
  /** The short code that it was sent to. */
  shortCode?: Maybe<Scalars['String']['output']>;
  /** The SIM. One KORE call. */
  subscription?: Maybe<SimSubscription>;
  /** Its kind. */
  type: AccountEventType;
};

/** A text to or from a SIM. */
export type SmsMessage = Node & {
  __typename?: 'SmsMessage';
  /** The account whose messages were read. */
  accountId: Scalars['ID']['output'];
  /** KORE's action as it came; its values are not stated. */
  action?: Maybe<Scalars['String']['output']>;
  /** When it was created. */
  createdAt?: Maybe<Scalars['DateTime']['output']>;
  /** KORE's detail as it came; its meaning is not stated. */
  detail?: Maybe<Scalars['String']['output']>;
  /** The number printed on the SIM. */
  iccid?: Maybe<Scalars['ICCID']['output']>;
  /** KORE's mid. */
  id: Scalars['ID']['output'];
  /** The SIM's telephone number, as KORE writes it. */
  msisdn?: Maybe<Scalars['String']['output']>;
  /** Globally unique, opaque id: `node` takes it, and client caches can key by it. */
  nodeId: Scalars['ID']['output'];
  /** KORE's organization. */
  organization?: Maybe<Scalars['String']['output']>;
  /** KORE's status as it came. */
  rawStatus?: Maybe<Scalars['String']['output']>;
  /** KORE's id of the SIM's service type. */
  serviceTypeId?: Maybe<Scalars['ID']['output']>;
  /** The short code of the SIM's service type. */
  shortCode?: Maybe<Scalars['String']['output']>;
  /** Its status. KORE does not state the values in its list. */
  status?: Maybe<SmsStatus>;
  /** The SIM. One KORE call per 100. */
  subscription?: Maybe<SimSubscription>;
};

/** A page of SmsMessage items. */
export type SmsMessageConnection = {
  __typename?: 'SmsMessageConnection';
  /** The items of this page, each with its cursor. */
  edges: Array<SmsMessageEdge>;
  /** The items of this page. */
  nodes: Array<SmsMessage>;
  /** Position of this page in the list. */
  pageInfo: PageInfo;
  /** Items in the whole list; null when KORE's reply does not state it. */
  totalCount?: Maybe<Scalars['Int']['output']>;
};

/** One SmsMessage of a list, with its cursor. */
export type SmsMessageEdge = {
  __typename?: 'SmsMessageEdge';
  /** Cursor of the position after the item. */
  cursor: Scalars['String']['output'];
  /** The item. */
  node: SmsMessage;
};

/** Filter of texts. All conditions must hold. */
export type SmsMessageFilter = {
  /** In this direction. */
  direction?: InputMaybe<SmsDirection>;
  /** Of this SIM. Not together with `msisdn`. */
  iccid?: InputMaybe<Scalars['ICCID']['input']>;
  /** To or from this telephone number. Not together with `iccid`. */
  msisdn?: InputMaybe<Scalars['MSISDN']['input']>;
  /** Since the day of this instant in UTC: KORE filters by days. */
  since?: InputMaybe<Scalars['DateTime']['input']>;
  /** Until the day of this instant in UTC. KORE does not state whether that day counts. */
  until?: InputMaybe<Scalars['DateTime']['input']>;
};

/** Order of texts by the date of sending or receiving. */
export type SmsOrder =
  /** The newest first. */
  | 'NEWEST_FIRST'
  /** The oldest first. */
  | 'OLDEST_FIRST';

/** The outcome of sending a text. */
export type SmsOutcome =
  /** KORE has accepted it, and charges it; `smsStatusChanged` shows its delivery. */
  | 'ACCEPTED'
  /** It was sent, KORE's reply was lost, and the text was found in KORE's list. */
  | 'ADOPTED'
  /** It was sent, and whether it arrived could not be found out; see `message`. It is never sent again by itself. */
  | 'OUTCOME_UNKNOWN'
  /** Nothing was sent, or KORE refused; see `reason`. */
  | 'REJECTED'
  /** It would be sent, but this was a dry run (`dryRun`). */
  | 'WOULD_BE_SENT';

/** Why a text was not sent, or possibly not. */
export type SmsReason =
  /** KORE refused the request; `message` has its words. */
  | 'KORE_REFUSED'
  /** The account has no such SIM. */
  | 'NOT_FOUND'
  /** KORE does not permit it to the credentials of kore-graph. */
  | 'NOT_PERMITTED'
  /** KORE's reply was lost, and its list does not prove that the text was sent. */
  | 'REPLY_LOST'
  /** It takes more parts than `maxParts`: nothing was sent. */
  | 'TOO_MANY_PARTS';

/** The SIM that gets a text, by exactly one of its ids. */
export type SmsRecipient = {
  /** The number printed on the SIM. */
  iccid?: InputMaybe<Scalars['ICCID']['input']>;
  /** KORE's subscription-id. */
  id?: InputMaybe<Scalars['ID']['input']>;
  /** Its telephone number. KORE advises against it: it can change, and some service types have none. */
  msisdn?: InputMaybe<Scalars['MSISDN']['input']>;
};

/** Delivery state of a text. */
export type SmsStatus =
  /** KORE's `Accepted`. */
  | 'ACCEPTED'
  /** KORE's `Success`. */
  | 'DELIVERED'
  /** KORE's `Failed`; see `errorCode`. */
  | 'FAILED'
  /** KORE's `InProgress`. */
  | 'IN_PROGRESS'
  /** KORE's `Queued`: waits for the device; KORE tries for 48 hours. */
  | 'QUEUED'
  /** A status that this graph does not know; see `rawStatus`. */
  | 'UNKNOWN';

/** A change of a text's delivery state, from a webhook of KORE's. */
export type SmsStatusChange = KoreEvent & {
  __typename?: 'SmsStatusChange';
  /** The account that it is about. */
  accountId: Scalars['ID']['output'];
  /** KORE's alert-id, of the delivery; one may have many events. */
  alertId?: Maybe<Scalars['ID']['output']>;
  /** When it happened. */
  at?: Maybe<Scalars['DateTime']['output']>;
  /** KORE's data of the event as JSON text, whole: KORE states the fields of `SimStateChange` alone. Null for an alert without events. */
  data?: Maybe<Scalars['String']['output']>;
  /** KORE's error-code, such as 419: not delivered. */
  errorCode?: Maybe<Scalars['String']['output']>;
  /** KORE's id of the event. */
  eventId?: Maybe<Scalars['ID']['output']>;
  /** KORE's event-name. */
  eventName: Scalars['String']['output'];
  /** The number printed on the SIM. */
  iccid?: Maybe<Scalars['ICCID']['output']>;
  /** KORE's mid, as `SendSmsPayload.messageId`. */
  messageId: Scalars['ID']['output'];
  /** KORE's status as it came. */
  rawStatus?: Maybe<Scalars['String']['output']>;
  /** KORE's rule-id, of the alert rule. */
  ruleId?: Maybe<Scalars['ID']['output']>;
  /** KORE's rule-name. */
  ruleName?: Maybe<Scalars['String']['output']>;
  /** KORE's alert-message-date, of the delivery. */
  sentAt?: Maybe<Scalars['DateTime']['output']>;
  /** The state now. */
  status?: Maybe<SmsStatus>;
  /** The SIM. One KORE call. */
  subscription?: Maybe<SimSubscription>;
  /** Its kind. */
  type: AccountEventType;
};

/** Direction of an order. */
export type SortDirection =
  /** Smallest first. */
  | 'ASC'
  /** Largest first. */
  | 'DESC';

/** Live updates, over WebSocket (graphql-transport-ws), server-sent events or multipart responses. */
export type Subscription = {
  __typename?: 'Subscription';
  /** Every event that KORE's webhooks deliver about an account. KORE delivers those of its alert rules alone and is not polled, so without a rule there are no events; `installWebhookRule` sets one up. */
  accountEvents: AccountEvent;
  /** The states of a diagnostics request: the present one first, then each change, up to the final one. One poller for all watchers reads it from KORE, in growing intervals. */
  diagnosticsRequestUpdated: DiagnosticsRequest;
  /** The states of an eSIM request: the present one first, then each change, up to the final one. One poller for all watchers reads it from KORE, in growing intervals. */
  esimRequestUpdated: EsimRequest;
  /** The states of a provisioning request: the present one first, then each change, up to the final one. One poller for all watchers reads it from KORE, in growing intervals and at once after an event of KORE's webhooks. */
  provisioningRequestUpdated: ProvisioningRequest;
  /** Delivery states of texts, from KORE's webhooks. KORE has no endpoint to read them, so without a rule for `connectivity.smsapi.mobileterminated` at KORE there are no events. */
  smsStatusChanged: SmsStatusChange;
  /** The states of a request to change SIM records: the present one first, then each change, up to the final one. One poller for all watchers reads it from KORE, in growing intervals. */
  subscriptionRequestUpdated: SubscriptionRequest;
  /** State changes of an account's SIMs, from KORE's webhooks. KORE is not polled, so without a webhook rule at KORE there are no events. */
  subscriptionStateChanged: SimStateChange;
};


/** Live updates, over WebSocket (graphql-transport-ws), server-sent events or multipart responses. */
export type SubscriptionAccountEventsArgs = {
  accountId: Scalars['ID']['input'];
  types?: InputMaybe<Array<AccountEventType>>;
};


/** Live updates, over WebSocket (graphql-transport-ws), server-sent events or multipart responses. */
export type SubscriptionDiagnosticsRequestUpdatedArgs = {
  accountId: Scalars['ID']['input'];
  id: Scalars['ID']['input'];
};


/** Live updates, over WebSocket (graphql-transport-ws), server-sent events or multipart responses. */
export type SubscriptionEsimRequestUpdatedArgs = {
  accountId: Scalars['ID']['input'];
  id: Scalars['ID']['input'];
};


/** Live updates, over WebSocket (graphql-transport-ws), server-sent events or multipart responses. */
export type SubscriptionProvisioningRequestUpdatedArgs = {
  accountId: Scalars['ID']['input'];
  id: Scalars['ID']['input'];
};


/** Live updates, over WebSocket (graphql-transport-ws), server-sent events or multipart responses. */
export type SubscriptionSmsStatusChangedArgs = {
  accountId: Scalars['ID']['input'];
  messageId?: InputMaybe<Scalars['ID']['input']>;
};


/** Live updates, over WebSocket (graphql-transport-ws), server-sent events or multipart responses. */
export type SubscriptionSubscriptionRequestUpdatedArgs = {
  accountId: Scalars['ID']['input'];
  id: Scalars['ID']['input'];
};


/** Live updates, over WebSocket (graphql-transport-ws), server-sent events or multipart responses. */
export type SubscriptionSubscriptionStateChangedArgs = {
  accountId: Scalars['ID']['input'];
};

/** An order to KORE to change SIM records. KORE acknowledges it at once and processes it afterwards; it publishes no list of them. */
export type SubscriptionRequest = Node & {
  __typename?: 'SubscriptionRequest';
  /** The account whose SIMs it changes. */
  account: Account;
  /** The account whose SIMs it changes. */
  accountId: Scalars['ID']['output'];
  /** Why it failed or was rejected. */
  errors?: Maybe<Array<SubscriptionRequestError>>;
  /** KORE's subscription-request-id. */
  id: Scalars['ID']['output'];
  /** Globally unique, opaque id: `node` takes it, and client caches can key by it. */
  nodeId: Scalars['ID']['output'];
  /** KORE's status as it came. */
  rawStatus?: Maybe<Scalars['String']['output']>;
  /** Where it was created. */
  source?: Maybe<Scalars['String']['output']>;
  /** Its status. */
  status?: Maybe<SubscriptionRequestStatus>;
  /** KORE's subscription-id of the request, which KORE may have exchanged with the id of its items. */
  subscriptionId?: Maybe<Scalars['ID']['output']>;
  /** Its SIMs with their outcomes. */
  subscriptions?: Maybe<Array<SubscriptionRequestSubscription>>;
  /** Number of its SIMs. */
  totalSubscriptions?: Maybe<Scalars['Int']['output']>;
  /** KORE's subscription-request-type. KORE does not state its values. */
  type?: Maybe<Scalars['String']['output']>;
};

/** Why KORE failed or rejected a request to change SIM records. */
export type SubscriptionRequestError = {
  __typename?: 'SubscriptionRequestError';
  /** KORE's error-code. KORE does not state its values. */
  code?: Maybe<Scalars['String']['output']>;
  /** KORE's error-message, which may name ICCIDs. */
  message?: Maybe<Scalars['String']['output']>;
  /** KORE's error-type. KORE does not state its values. */
  type?: Maybe<Scalars['String']['output']>;
};

/** The outcome of one SIM of a request to change SIM records. KORE does not document the values; they are derived from KORE's status and error. */
export type SubscriptionRequestOutcome =
  /** Not done; see `message`. */
  | 'FAILED'
  /** Not finished. */
  | 'PENDING'
  /** Done. */
  | 'SUCCEEDED'
  /** KORE's status is unknown to this graph, or missing; see `rawOutcome`. */
  | 'UNKNOWN';

/** Status of a request to change SIM records. */
export type SubscriptionRequestStatus =
  /** KORE's `Accepted (Sync)`: acknowledged. */
  | 'ACCEPTED'
  /** KORE's `Completed`. */
  | 'COMPLETED'
  /** KORE's `Failed`; see `errors`. Each SIM has an outcome of its own. */
  | 'FAILED'
  /** KORE's `In-Progress`. */
  | 'IN_PROGRESS'
  /** KORE's `Rejected ( Sync )`: nothing was changed; see `errors`. */
  | 'REJECTED'
  /** A status that this graph does not know; see `rawStatus`. */
  | 'UNKNOWN';

/** One SIM of a request to change SIM records. */
export type SubscriptionRequestSubscription = {
  __typename?: 'SubscriptionRequestSubscription';
  /** The number printed on the SIM, where KORE names it. */
  iccid?: Maybe<Scalars['ICCID']['output']>;
  /** KORE's subscription-identifier: the name of an identifier. */
  identifier?: Maybe<Scalars['String']['output']>;
  /** KORE's subscription-identifier-value. */
  identifierValue?: Maybe<Scalars['ID']['output']>;
  /** KORE's subscription-request-id of the item, which KORE may have exchanged with its subscription-id. */
  itemRequestId?: Maybe<Scalars['ID']['output']>;
  /** KORE's error for this SIM. */
  message?: Maybe<Scalars['String']['output']>;
  /** The outcome. */
  outcome: SubscriptionRequestOutcome;
  /** KORE's property-type. KORE does not state its values. */
  propertyType?: Maybe<Scalars['String']['output']>;
  /** KORE's status as it came. */
  rawOutcome?: Maybe<Scalars['String']['output']>;
  /** The SIM; null once another account has it. One KORE call per 100. */
  subscription?: Maybe<SimSubscription>;
  /** KORE's subscription-id of the SIM, where KORE names it. */
  subscriptionId?: Maybe<Scalars['ID']['output']>;
};

/** SIMs to suspend. */
export type SuspendSubscriptionsInput = {
  /** The account that the SIMs belong to. */
  accountId: Scalars['ID']['input'];
  /** Read what the write depends on, return what would be written, and write nothing. */
  dryRun?: InputMaybe<Scalars['Boolean']['input']>;
  /** Addresses that KORE notifies of every change of the request's status; at most 20. */
  notifyEmails?: InputMaybe<Array<Scalars['EmailAddress']['input']>>;
  /** Idempotency key of yours, 1 to 200 characters, per account and mutation. A repetition with the same input does not write again and returns the outcome, also after a restart; with another input it is refused as REQUEST_KEY_REUSED. Without a key, an identical mutation joins one that KORE has not finished. */
  requestKey?: InputMaybe<Scalars['String']['input']>;
  /** The SIMs, each by id or ICCID. A SIM that is named twice counts once. */
  subscriptions: Array<SimSelector>;
  /** Seconds to wait for KORE to finish before answering, at most the server's limit (`capabilities.limits`). The answer is complete either way: what KORE has failed by then is FAILED, what it has not finished is SUBMITTED. */
  waitUpTo?: InputMaybe<Scalars['Int']['input']>;
};

/** The outcome of suspending, for each SIM. */
export type SuspendSubscriptionsPayload = OrderPayload & {
  __typename?: 'SuspendSubscriptionsPayload';
  /** The results, counted by outcome. */
  counts: OrderCounts;
  /** Whether this was a dry run: nothing was written. */
  isDryRun: Scalars['Boolean']['output'];
  /** Number of KORE's provisioning requests of the order, or that a dry run would create. */
  koreRequests: Scalars['Int']['output'];
  /** KORE's provisioning requests of this order. One KORE call each, unless only ids are selected. */
  requests: Array<ProvisioningRequest>;
  /** One result per different SIM, in the order of the input. */
  results: Array<OrderResult>;
  /** Values that SIMs of a dry run's activation lack and KORE may require: it would fail the SIMs after accepting them. Empty for other verbs, and where nothing was rehearsed. No KORE call. */
  unchecked: Array<UncheckedRequirement>;
};

/** eSIMs to switch to a new profile. */
export type SwitchEsimProfilesInput = {
  /** The account that the SIMs belong to. */
  accountId: Scalars['ID']['input'];
  /** The activation profile with which the new profile's SIM is activated. */
  activationProfileId: Scalars['ID']['input'];
  /** Do not retry failed steps. KORE retries a step up to 5 times when the device is in a session. */
  disableAutoRetry?: InputMaybe<Scalars['Boolean']['input']>;
  /** Read what the write depends on, return what would be written, and write nothing. */
  dryRun?: InputMaybe<Scalars['Boolean']['input']>;
  /** The eSIMs, at most 100. One that is named twice counts once; with different IMEIs it is REJECTED. */
  esims: Array<EsimDeviceInput>;
  /** KORE requires it for KORE TELS2. */
  ipnd?: InputMaybe<AustralianIpndInput>;
  /** The fate of the old SIMs. */
  oldSubscription?: EsimOldSubscription;
  /** Idempotency key of yours, 1 to 200 characters, per account and mutation. A repetition with the same input does not write again and returns the outcome, also after a restart; with another input it is refused as REQUEST_KEY_REUSED. Without a key, an identical mutation joins one that KORE has not finished. */
  requestKey?: InputMaybe<Scalars['String']['input']>;
  /** Skip KORE's check that the device is online. An offline device then fails at the next step. */
  skipSessionCheck?: InputMaybe<Scalars['Boolean']['input']>;
  /** SKU of a device type with an embedded SIM. KORE requires it for a Verizon profile without IMEI. */
  sku?: InputMaybe<Scalars['String']['input']>;
  /** Seconds to wait for KORE to finish before answering, at most the server's limit (`capabilities.limits`). The answer is complete either way: what KORE has failed by then is FAILED, what it has not finished is SUBMITTED. */
  waitUpTo?: InputMaybe<Scalars['Int']['input']>;
};

/** The outcome of switching profiles, for each eSIM. */
export type SwitchEsimProfilesPayload = EsimOrderPayload & {
  __typename?: 'SwitchEsimProfilesPayload';
  /** The results, counted by outcome. */
  counts: OrderCounts;
  /** Whether this was a dry run: nothing was written. */
  isDryRun: Scalars['Boolean']['output'];
  /** Number of KORE's eSIM requests of the order, or that a dry run would create: one for each product offer of the eSIMs' SIMs. */
  koreRequests: Scalars['Int']['output'];
  /** KORE's eSIM requests of this order. One KORE call each, unless only ids are selected. */
  requests: Array<EsimRequest>;
  /** One result per different eSIM, in the order of the input. */
  results: Array<EsimOrderResult>;
};

/** SIMs to terminate, for good. */
export type TerminateSubscriptionsInput = {
  /** The account that the SIMs belong to. */
  accountId: Scalars['ID']['input'];
  /** Confirmation: must be the number of different SIMs named. */
  confirm: Scalars['Int']['input'];
  /** Read what the write depends on, return what would be written, and write nothing. */
  dryRun?: InputMaybe<Scalars['Boolean']['input']>;
  /** Terminate a SIM of an eSIM even if its profile is enabled and the EID holds several ICCIDs. */
  forceEnabledEsimProfileTermination?: InputMaybe<Scalars['Boolean']['input']>;
  /** Addresses that KORE notifies of every change of the request's status; at most 20. */
  notifyEmails?: InputMaybe<Array<Scalars['EmailAddress']['input']>>;
  /** Idempotency key of yours, 1 to 200 characters, per account and mutation. A repetition with the same input does not write again and returns the outcome, also after a restart; with another input it is refused as REQUEST_KEY_REUSED. Without a key, an identical mutation joins one that KORE has not finished. */
  requestKey?: InputMaybe<Scalars['String']['input']>;
  /** The SIMs, each by id or ICCID. A SIM that is named twice counts once. */
  subscriptions: Array<SimSelector>;
  /** Seconds to wait for KORE to finish before answering, at most the server's limit (`capabilities.limits`). The answer is complete either way: what KORE has failed by then is FAILED, what it has not finished is SUBMITTED. */
  waitUpTo?: InputMaybe<Scalars['Int']['input']>;
};

/** The outcome of terminating, for each SIM. */
export type TerminateSubscriptionsPayload = OrderPayload & {
  __typename?: 'TerminateSubscriptionsPayload';
  /** The results, counted by outcome. */
  counts: OrderCounts;
  /** Whether this was a dry run: nothing was written. */
  isDryRun: Scalars['Boolean']['output'];
  /** Number of KORE's provisioning requests of the order, or that a dry run would create. */
  koreRequests: Scalars['Int']['output'];
  /** KORE's provisioning requests of this order. One KORE call each, unless only ids are selected. */
  requests: Array<ProvisioningRequest>;
  /** One result per different SIM, in the order of the input. */
  results: Array<OrderResult>;
  /** Values that SIMs of a dry run's activation lack and KORE may require: it would fail the SIMs after accepting them. Empty for other verbs, and where nothing was rehearsed. No KORE call. */
  unchecked: Array<UncheckedRequirement>;
};

/** Lifetime of an API client's tokens; KORE offers these four. */
export type TokenLifetime =
  /** An hour. */
  | 'ONE_HOUR'
  /** 30 days. */
  | 'THIRTY_DAYS'
  /** A day. */
  | 'TWENTY_FOUR_HOURS'
  /** Two years. */
  | 'TWENTY_FOUR_MONTHS';

/** An API client to give to another owner. */
export type TransferClientOwnershipInput = {
  /** KORE's client_id. */
  id: Scalars['ID']['input'];
  /** E-mail address of the new owner, a user of KORE's portal. */
  newOwner: Scalars['EmailAddress']['input'];
};

/** The outcome of giving another owner to an API client. */
export type TransferClientOwnershipPayload = ClientPayload & {
  __typename?: 'TransferClientOwnershipPayload';
  /** The client as KORE shows it; null when there is none. One KORE call where the write's own reply lacks it. */
  client?: Maybe<Client>;
  /** The part of the input that caused it. */
  field?: Maybe<Scalars['String']['output']>;
  /** The reason in words, and what to do. */
  message?: Maybe<Scalars['String']['output']>;
  /** The outcome. */
  outcome: ClientOutcome;
  /** Why nothing was changed, or possibly not. */
  reason?: Maybe<ClientReason>;
  /** Whether users of the client need a new token: its type, scopes or token lifetime may have changed, which existing tokens lack until they expire; or its key was renewed, which invalidates them. */
  requiresReauthorization: Scalars['Boolean']['output'];
};

/** SIMs that another account gets. */
export type TransferSubscriptionsInput = {
  /** The account that the SIMs belong to. */
  accountId: Scalars['ID']['input'];
  /** Confirmation: must be the number of different SIMs named. */
  confirm: Scalars['Int']['input'];
  /** The account that gets them. */
  destinationAccountId: Scalars['ID']['input'];
  /** Read what the write depends on, return what would be written, and write nothing. */
  dryRun?: InputMaybe<Scalars['Boolean']['input']>;
  /** Idempotency key of yours, 1 to 200 characters, per account and mutation. A repetition with the same input does not write again and returns the outcome, also after a restart; with another input it is refused as REQUEST_KEY_REUSED. Without a key, an identical mutation joins one that KORE has not finished. */
  requestKey?: InputMaybe<Scalars['String']['input']>;
  /** The SIMs, each by id or ICCID. A SIM that is named twice counts once. */
  subscriptions: Array<SimSelector>;
  /** Seconds to wait for KORE to finish before answering, at most the server's limit (`capabilities.limits`). The answer is complete either way: what KORE has failed by then is FAILED, what it has not finished is SUBMITTED. */
  waitUpTo?: InputMaybe<Scalars['Int']['input']>;
};

/** The outcome of transferring SIMs, for each SIM. */
export type TransferSubscriptionsPayload = RecordChangePayload & {
  __typename?: 'TransferSubscriptionsPayload';
  /** The results, counted by outcome. */
  counts: OrderCounts;
  /** Whether this was a dry run: nothing was written. */
  isDryRun: Scalars['Boolean']['output'];
  /** Number of KORE's subscription requests of the order, or that a dry run would create. */
  koreRequests: Scalars['Int']['output'];
  /** KORE's subscription requests of this order. One KORE call each, unless only ids are selected. */
  requests: Array<SubscriptionRequest>;
  /** One result per different SIM, in the order of the input. */
  results: Array<RecordChangeResult>;
};

/** A value that an activation lacks and KORE may require. */
export type UncheckedRequirement = {
  __typename?: 'UncheckedRequirement';
  /** Why it may be required. */
  basis: RequirementBasis;
  /** Number of SIMs that lack it. */
  count: Scalars['Int']['output'];
  /** The part of the input that lacks it, of the first such SIM. */
  field: Scalars['String']['output'];
  /** The requirement in words. */
  message: Scalars['String']['output'];
  /** The value. */
  requirement: ActivationRequirement;
};

/** An API client to unlock. */
export type UnlockClientInput = {
  /** KORE's client_id. */
  id: Scalars['ID']['input'];
};

/** The outcome of unlocking an API client. */
export type UnlockClientPayload = ClientPayload & {
  __typename?: 'UnlockClientPayload';
  /** The client as KORE shows it; null when there is none. One KORE call where the write's own reply lacks it. */
  client?: Maybe<Client>;
  /** The part of the input that caused it. */
  field?: Maybe<Scalars['String']['output']>;
  /** The reason in words, and what to do. */
  message?: Maybe<Scalars['String']['output']>;
  /** The outcome. */
  outcome: ClientOutcome;
  /** Why nothing was changed, or possibly not. */
  reason?: Maybe<ClientReason>;
  /** Whether users of the client need a new token: its type, scopes or token lifetime may have changed, which existing tokens lack until they expire; or its key was renewed, which invalidates them. */
  requiresReauthorization: Scalars['Boolean']['output'];
};

/** One request to KORE whose reply was lost, so that it is unknown whether it arrived. Its SIMs are not written until it is resolved. */
export type UnresolvedOrder = {
  __typename?: 'UnresolvedOrder';
  /** The account of its SIMs. */
  accountId: Scalars['ID']['output'];
  /** Advice for resolving it. */
  advice: Scalars['String']['output'];
  /** KORE's requests that may be the order. One KORE call, and one more for each request of its verb and time. */
  candidates?: Maybe<Array<UnresolvedOrderCandidate>>;
  /** Its id for `resolveOrder`. An order of many SIMs may have several. */
  intentId: Scalars['ID']['output'];
  /** Why it could not be resolved. */
  message?: Maybe<Scalars['String']['output']>;
  /** When it was sent, by the clock of this server. */
  sentAt: Scalars['DateTime']['output'];
  /** Its SIMs; their number is what `resolveOrder` takes as `confirm`. */
  subscriptions: Array<UnresolvedOrderSim>;
  /** The ordered change. */
  verb: OrderVerb;
};

/** A request of KORE's that may be an unresolved order. */
export type UnresolvedOrderCandidate = {
  __typename?: 'UnresolvedOrderCandidate';
  /** The request of `RESET_CONNECTION`; else null. One KORE call, unless only its id is selected. */
  diagnosticsRequest?: Maybe<DiagnosticsRequest>;
  /** The request of an order of eSIM profiles; else null. One KORE call, unless only its id is selected. */
  esimRequest?: Maybe<EsimRequest>;
  /** True when its date fits the order's; null when clocks or zones leave it open. */
  fitsInTime?: Maybe<Scalars['Boolean']['output']>;
  /** True when it names exactly the order's SIMs; null while KORE names only some of them. */
  hasSameSims?: Maybe<Scalars['Boolean']['output']>;
  /** The request; null for `RESET_CONNECTION` and orders of eSIM profiles, see below. One KORE call, unless only its id is selected. */
  request?: Maybe<ProvisioningRequest>;
  /** KORE's id of the request: what `resolveOrder` takes as `arrivedAs`. */
  requestId: Scalars['ID']['output'];
};

/** A SIM of an unresolved order. */
export type UnresolvedOrderSim = {
  __typename?: 'UnresolvedOrderSim';
  /** The eSIM whose profile the order changes; null for other orders. */
  eid?: Maybe<Scalars['EID']['output']>;
  /** The number printed on the SIM, where it is known; of an eSIM that of the profile that the order names. */
  iccid?: Maybe<Scalars['ICCID']['output']>;
  /** KORE's subscription-id; of an eSIM that of its current SIM. */
  subscriptionId: Scalars['ID']['output'];
};

/** Changes of an alert rule. Omitted fields stay; an action, or `batching`, that is null is removed. */
export type UpdateAlertRuleInput = {
  /** The account. */
  accountId: Scalars['ID']['input'];
  /** When to send alerts together. Default: each at once. */
  batching?: InputMaybe<AlertBatchingInput>;
  /** Conditions, all of which must hold. */
  conditions?: InputMaybe<Array<AlertConditionInput>>;
  /** The e-mail to send. */
  email?: InputMaybe<AlertEmailInput>;
  /** Another event, see `Account.alertEvents`. */
  eventName?: InputMaybe<Scalars['String']['input']>;
  /** KORE's rule-id. */
  id: Scalars['ID']['input'];
  /** Whether it reacts. */
  isEnabled?: InputMaybe<Scalars['Boolean']['input']>;
  /** A new name, 1 to 200 characters without blanks at its ends. */
  name?: InputMaybe<Scalars['String']['input']>;
  /** The period for which to block usage; KORE does not state its values. */
  usageBlockPeriod?: InputMaybe<Scalars['String']['input']>;
  /** The webhook to send. */
  webhook?: InputMaybe<AlertWebhookInput>;
};

/** The outcome of updating an alert rule. */
export type UpdateAlertRulePayload = AlertRulePayload & {
  __typename?: 'UpdateAlertRulePayload';
  /** The part of the input that caused it. */
  field?: Maybe<Scalars['String']['output']>;
  /** The reason in words. */
  message?: Maybe<Scalars['String']['output']>;
  /** The outcome. */
  outcome: AlertRuleOutcome;
  /** Why it was not written, or possibly not. */
  reason?: Maybe<AlertRuleReason>;
  /** The rule as KORE lists it. One KORE call. */
  rule?: Maybe<AlertRule>;
  /** KORE's rule-id. */
  ruleId?: Maybe<Scalars['ID']['output']>;
};

/** Changes to an API client; omitted fields stay as they are. */
export type UpdateClientInput = {
  /** All its grants beyond products from now on. Only clients of type ADMIN may have any. Existing tokens lack the change until they expire. */
  globalResources?: InputMaybe<Array<GlobalResourceInput>>;
  /** KORE's client_id. */
  id: Scalars['ID']['input'];
  /** A new name: 1 to 200 characters, without blanks at its ends. */
  name?: InputMaybe<Scalars['String']['input']>;
  /** All products that it may use from now on. Existing tokens lack the change until they expire. */
  products?: InputMaybe<Array<ClientProduct>>;
  /** Lifetime of its new tokens. Existing tokens lack the change until they expire. */
  tokenLifetime?: InputMaybe<TokenLifetime>;
  /** Making it ADMIN takes an account's owner or administrator. Existing tokens lack the change until they expire. */
  type?: InputMaybe<ClientType>;
};

/** The outcome of updating an API client. */
export type UpdateClientPayload = ClientPayload & {
  __typename?: 'UpdateClientPayload';
  /** The client as KORE shows it; null when there is none. One KORE call where the write's own reply lacks it. */
  client?: Maybe<Client>;
  /** The part of the input that caused it. */
  field?: Maybe<Scalars['String']['output']>;
  /** The reason in words, and what to do. */
  message?: Maybe<Scalars['String']['output']>;
  /** The outcome. */
  outcome: ClientOutcome;
  /** Why nothing was changed, or possibly not. */
  reason?: Maybe<ClientReason>;
  /** Whether users of the client need a new token: its type, scopes or token lifetime may have changed, which existing tokens lack until they expire; or its key was renewed, which invalidates them. */
  requiresReauthorization: Scalars['Boolean']['output'];
};

/** Usage of one kind in a span of days. */
export type Usage = {
  __typename?: 'Usage';
  /** The days that KORE has records of, in order. */
  daily: Array<DailyUsage>;
  /** KORE's unit as it came, likewise. */
  rawUnit?: Maybe<Scalars['String']['output']>;
  /** The amount of the whole span, in the unit. Null where KORE states none, or states parts of a long span in different units. */
  total?: Maybe<Scalars['BigInt']['output']>;
  /** The unit; null where parts of a long span differ in it. */
  unit?: Maybe<UsageUnit>;
};

/** The kind of usage that a plan meters. */
export type UsageType =
  /** Data volume. */
  | 'DATA'
  /** Text messages. */
  | 'SMS'
  /** A value of KORE's that this graph does not know; see `rawUsageType`. */
  | 'UNKNOWN'
  /** Calls. */
  | 'VOICE';

/** The unit of an amount of usage. */
export type UsageUnit =
  /** KORE's `byte`, of data. */
  | 'BYTE'
  /** KORE's `event`: a text message. */
  | 'EVENT'
  /** KORE's `sec`, of calls. */
  | 'SECOND'
  /** A unit that this graph does not know; see `rawUnit`. */
  | 'UNKNOWN';

/** Events of KORE's that live updates of this graph use. */
export type WebhookEvent =
  /** For `provisioningRequestUpdated`, which then polls at once. */
  | 'PROVISIONING_REQUEST_STATUS_CHANGED'
  /** For `accountEvents`. */
  | 'SMS_FROM_SIM'
  /** For `smsStatusChanged`. */
  | 'SMS_STATUS_CHANGED'
  /** For `subscriptionStateChanged`. */
  | 'SUBSCRIPTION_STATE_CHANGED';

/** A requirement that is not met yet for KORE's webhooks to reach this graph. */
export type WebhookRequirement =
  /** `KORE_WEBHOOK_ACCESS_TOKEN_KEY` and `KORE_WEBHOOK_ACCESS_TOKENS`: KORE does not state that it signs the webhooks of rules. */
  | 'ACCESS_TOKEN'
  /** KORE does not offer the action `webhook` for the event. */
  | 'ACTION_NOT_OFFERED'
  /** KORE does not offer the event to rules of the account. */
  | 'EVENT_NOT_OFFERED'
  /** KORE sends webhooks to HTTPS addresses only, and `KORE_WEBHOOK_URL` is none. */
  | 'HTTPS_URL'
  /** The rule was not written, or possibly not: see `reason` and `message`. */
  | 'RULE'
  /** The rule collects its alerts by the hour or day, so that live updates come late. */
  | 'UNBATCHED_RULE'
  /** `KORE_WEBHOOK_URL` with a credential: without it this graph receives no webhooks. */
  | 'WEBHOOK_URL';

export type AccountsQueryVariables = Exact<{ [key: string]: never; }>;


export type AccountsQuery = { __typename?: 'Query', accounts: Array<{ __typename?: 'Account', id: string, number?: string | null, name?: string | null, subscriptions?: { __typename?: 'SimSubscriptionConnection', totalCount?: number | null, nodes: Array<{ __typename?: 'SimSubscription', iccid?: string | null, state?: SimState | null, costCenter?: { __typename?: 'CostCenter', name?: string | null } | null }> } | null, activationProfiles?: Array<{ __typename?: 'ActivationProfile', id: string, name?: string | null }> | null }> };

export type ActivateSimMutationVariables = Exact<{
  accountId: Scalars['ID']['input'];
  stockIccid: Scalars['ICCID']['input'];
  activationProfileId: Scalars['ID']['input'];
}>;


export type ActivateSimMutation = { __typename?: 'Mutation', activateSubscriptions?: { __typename?: 'ActivateSubscriptionsPayload', results: Array<{ __typename?: 'OrderResult', iccid?: string | null, outcome: OrderOutcome, reason?: OrderReason | null, message?: string | null, subscription?: { __typename?: 'SimSubscription', state?: SimState | null } | null }>, requests: Array<{ __typename?: 'ProvisioningRequest', id: string, status?: ProvisioningStatus | null }>, unchecked: Array<{ __typename?: 'UncheckedRequirement', requirement: ActivationRequirement, basis: RequirementBasis, message: string }> } | null };

export type ActivationProfilesQueryVariables = Exact<{
  accountId: Scalars['ID']['input'];
}>;


export type ActivationProfilesQuery = { __typename?: 'Query', account?: { __typename?: 'Account', activationProfiles?: Array<{ __typename?: 'ActivationProfile', id: string, name?: string | null, description?: string | null, productOffer?: string | null, createdAt?: string | null, createdBy?: string | null, serviceType?: { __typename?: 'ServiceType', name?: string | null } | null, plans?: Array<{ __typename?: 'Plan', name?: string | null, usageType?: UsageType | null } | null> | null, features?: Array<{ __typename?: 'Feature', name?: string | null } | null> | null }> | null } | null };

export type AlertRulesQueryVariables = Exact<{
  accountId: Scalars['ID']['input'];
}>;


export type AlertRulesQuery = { __typename?: 'Query', account?: { __typename?: 'Account', alertRules?: Array<{ __typename?: 'AlertRule', id: string, name?: string | null, eventName?: string | null, isEnabled?: boolean | null, webhook?: { __typename?: 'AlertWebhook', url: string, hasAccessToken: boolean } | null }> | null, alertEvents?: Array<{ __typename?: 'AlertEvent', name: string, description?: string | null, attributes: Array<{ __typename?: 'AlertAttribute', name?: string | null }> }> | null } | null };

export type AlertsQueryVariables = Exact<{
  accountId: Scalars['ID']['input'];
}>;


export type AlertsQuery = { __typename?: 'Query', account?: { __typename?: 'Account', alerts?: { __typename?: 'AlertConnection', totalCount?: number | null, nodes: Array<{ __typename?: 'Alert', id: string, createdAt?: string | null, rule?: { __typename?: 'AlertRule', name?: string | null } | null, actions: Array<{ __typename?: 'AlertRun', type?: AlertActionType | null, isSuccessful?: boolean | null, to?: string | null }> }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor?: string | null } } | null } | null };

export type ApiClientsOfAccountQueryVariables = Exact<{
  accountId: Scalars['ID']['input'];
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type ApiClientsOfAccountQuery = { __typename?: 'Query', account?: { __typename?: 'Account', clients?: { __typename?: 'ClientConnection', totalCount?: number | null, nodes: Array<{ __typename?: 'Client', id: string, name?: string | null, type?: ClientType | null, isLocked?: boolean | null }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor?: string | null } } | null } | null };

export type ApiClientsQueryVariables = Exact<{ [key: string]: never; }>;


export type ApiClientsQuery = { __typename?: 'Query', clients: { __typename?: 'ClientConnection', nodes: Array<{ __typename?: 'Client', id: string, name?: string | null, type?: ClientType | null, owner?: string | null, isLocked?: boolean | null, createdAt?: string | null, accountId?: string | null, account?: { __typename?: 'Account', id: string, name?: string | null } | null }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor?: string | null } } };

export type AssignCostCenterMutationVariables = Exact<{
  accountId: Scalars['ID']['input'];
  costCenterKey: Scalars['ID']['input'];
  sims: Array<SimSelector> | SimSelector;
}>;


export type AssignCostCenterMutation = { __typename?: 'Mutation', assignCostCenter?: { __typename?: 'AssignCostCenterPayload', results: Array<{ __typename?: 'RecordChangeResult', iccid?: string | null, outcome: OrderOutcome, reason?: OrderReason | null, message?: string | null, subscription?: { __typename?: 'SimSubscription', costCenter?: { __typename?: 'CostCenter', id: string, name?: string | null } | null } | null }>, counts: { __typename?: 'OrderCounts', submitted: number, alreadySatisfied: number, failed: number, rejected: number, unknown: number } } | null };

export type CancelEsimRequestMutationVariables = Exact<{
  accountId: Scalars['ID']['input'];
  pendingEsimRequestId: Scalars['ID']['input'];
}>;


export type CancelEsimRequestMutation = { __typename?: 'Mutation', cancelEsimRequest?: { __typename?: 'CancelEsimRequestPayload', results: Array<{ __typename?: 'EsimOrderResult', eid: string, outcome: OrderOutcome, reason?: OrderReason | null, message?: string | null }>, counts: { __typename?: 'OrderCounts', submitted: number, rejected: number }, request: { __typename?: 'EsimRequest', id: string, status?: EsimRequestStatus | null } } | null };

export type CapabilitiesQueryVariables = Exact<{ [key: string]: never; }>;


export type CapabilitiesQuery = { __typename?: 'Query', capabilities: { __typename?: 'Capabilities', mode: DeploymentMode, unpublishedClientOperations: boolean, limits: { __typename?: 'DeploymentLimits', pageSize: number, iccidsPerQuery: number, iccidsPerFilter: number, simsPerMutation: number, waitSeconds: number, bodyBytes: number, tokens: number, depth: number, aliases: number, rootFields: number, directives: number, selections: number, representations: number, koreRequests: number, operationsPerMinute: number, koreRequestsPerMinute: number } } };

export type CatalogQueryVariables = Exact<{
  accountId: Scalars['ID']['input'];
}>;


export type CatalogQuery = { __typename?: 'Query', account?: { __typename?: 'Account', serviceTypes?: Array<{ __typename?: 'ServiceType', serviceTypeId: string, name?: string | null }> | null, plans?: Array<{ __typename?: 'Plan', planId: string, name?: string | null, usageType?: UsageType | null, planType?: { __typename?: 'PlanType', name?: string | null } | null, serviceType?: { __typename?: 'ServiceType', name?: string | null } | null }> | null, features?: Array<{ __typename?: 'Feature', featureId: string, name?: string | null, description?: string | null, usageType?: UsageType | null }> | null } | null };

export type CreateAlertRuleMutationVariables = Exact<{
  accountId: Scalars['ID']['input'];
}>;


export type CreateAlertRuleMutation = { __typename?: 'Mutation', createAlertRule?: { __typename?: 'CreateAlertRulePayload', outcome: AlertRuleOutcome, reason?: AlertRuleReason | null, message?: string | null, rule?: { __typename?: 'AlertRule', id: string, name?: string | null, conditions: Array<{ __typename?: 'AlertCondition', attribute?: string | null, operator?: AlertOperator | null, value?: string | null }> } | null } | null };

export type CreateClientMutationVariables = Exact<{ [key: string]: never; }>;


export type CreateClientMutation = { __typename?: 'Mutation', createClient?: { __typename?: 'CreateClientPayload', outcome: ClientOutcome, message?: string | null, secretStatus: ClientSecretStatus, clientSecret?: string | null, client?: { __typename?: 'Client', id: string, name?: string | null, type?: ClientType | null, owner?: string | null, createdAt?: string | null } | null } | null };

export type CreateCostCenterMutationVariables = Exact<{
  accountId: Scalars['ID']['input'];
}>;


export type CreateCostCenterMutation = { __typename?: 'Mutation', createCostCenter?: { __typename?: 'CreateCostCenterPayload', outcome: CostCenterOutcome, reason?: CostCenterReason | null, message?: string | null, costCenter?: { __typename?: 'CostCenter', id: string, key?: string | null, name?: string | null } | null } | null };

export type DailySubscriptionsReportQueryVariables = Exact<{
  accountId: Scalars['ID']['input'];
  date?: InputMaybe<Scalars['Date']['input']>;
}>;


export type DailySubscriptionsReportQuery = { __typename?: 'Query', account?: { __typename?: 'Account', id: string, dailySubscriptionsReport?: { __typename?: 'DailySubscriptionsReport', fileName?: string | null, fileType?: string | null, generatedAt?: string | null, url?: string | null, checksum?: { __typename?: 'FileChecksum', type?: string | null, value?: string | null } | null } | null } | null };

export type DeleteClientMutationVariables = Exact<{
  doomedClientId: Scalars['ID']['input'];
  doomedClientName: Scalars['String']['input'];
}>;


export type DeleteClientMutation = { __typename?: 'Mutation', deleteClient?: { __typename?: 'DeleteClientPayload', outcome: ClientOutcome, reason?: ClientReason | null, message?: string | null, client?: { __typename?: 'Client', id: string } | null } | null };

export type DiagnosticsRequestQueryVariables = Exact<{
  accountId: Scalars['ID']['input'];
  diagnosticsRequestId: Scalars['ID']['input'];
}>;


export type DiagnosticsRequestQuery = { __typename?: 'Query', diagnosticsRequest?: { __typename?: 'DiagnosticsRequest', id: string, rawType?: string | null, rawStatus?: string | null, subscriptions?: Array<{ __typename?: 'DiagnosticsRequestSubscription', outcome: DiagnosticsOutcome, subscription?: { __typename?: 'SimSubscription', iccid?: string | null, state?: SimState | null } | null }> | null } | null };

export type DiagnosticsRequestsQueryVariables = Exact<{
  accountId: Scalars['ID']['input'];
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type DiagnosticsRequestsQuery = { __typename?: 'Query', account?: { __typename?: 'Account', diagnosticsRequests?: { __typename?: 'DiagnosticsRequestConnection', totalCount?: number | null, nodes: Array<{ __typename?: 'DiagnosticsRequest', id: string, type?: DiagnosticsType | null, status?: DiagnosticsStatus | null, serviceType?: string | null, numberOfSubscriptions?: number | null, createdAt?: string | null, completedAt?: string | null, source?: string | null, requestedBy?: string | null, message?: string | null, subscriptions?: Array<{ __typename?: 'DiagnosticsRequestSubscription', iccid?: string | null, outcome: DiagnosticsOutcome, rawOutcome?: string | null }> | null }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor?: string | null } } | null } | null };

export type DownloadEsimProfileMutationVariables = Exact<{
  accountId: Scalars['ID']['input'];
  switchEid: Scalars['EID']['input'];
  esimActivationProfileId: Scalars['ID']['input'];
}>;


export type DownloadEsimProfileMutation = { __typename?: 'Mutation', downloadEsimProfiles?: { __typename?: 'DownloadEsimProfilesPayload', results: Array<{ __typename?: 'EsimOrderResult', eid: string, outcome: OrderOutcome, reason?: OrderReason | null, message?: string | null, request?: { __typename?: 'EsimRequest', id: string } | null }> } | null };

export type EnableEsimProfileMutationVariables = Exact<{
  accountId: Scalars['ID']['input'];
  esimEid: Scalars['EID']['input'];
  esimIccid: Scalars['ICCID']['input'];
}>;


export type EnableEsimProfileMutation = { __typename?: 'Mutation', enableEsimProfiles?: { __typename?: 'EnableEsimProfilesPayload', results: Array<{ __typename?: 'EsimOrderResult', eid: string, iccid?: string | null, outcome: OrderOutcome, reason?: OrderReason | null, message?: string | null, esim?: { __typename?: 'Esim', currentSubscription?: { __typename?: 'SimSubscription', iccid?: string | null } | null } | null }>, requests: Array<{ __typename?: 'EsimRequest', id: string, status?: EsimRequestStatus | null }> } | null };

export type EsimRequestQueryVariables = Exact<{
  accountId: Scalars['ID']['input'];
  esimRequestId: Scalars['ID']['input'];
}>;


export type EsimRequestQuery = { __typename?: 'Query', esimRequest?: { __typename?: 'EsimRequest', id: string, type?: EsimRequestType | null, status?: EsimRequestStatus | null, createdAt?: string | null, activationProfile?: { __typename?: 'ActivationProfile', name?: string | null } | null, esims?: Array<{ __typename?: 'EsimRequestItem', eid?: string | null, outcome: EsimOutcome, rawStatus?: string | null, message?: string | null, oldSubscription?: { __typename?: 'SimSubscription', iccid?: string | null, state?: SimState | null } | null, newSubscription?: { __typename?: 'SimSubscription', iccid?: string | null, imsi?: string | null, msisdns?: Array<string> | null, state?: SimState | null } | null }> | null } | null };

export type EsimRequestsQueryVariables = Exact<{
  accountId: Scalars['ID']['input'];
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type EsimRequestsQuery = { __typename?: 'Query', account?: { __typename?: 'Account', esimRequests?: { __typename?: 'EsimRequestConnection', totalCount?: number | null, nodes: Array<{ __typename?: 'EsimRequest', id: string, type?: EsimRequestType | null, status?: EsimRequestStatus | null, createdAt?: string | null, activationProfileId?: string | null, requested?: number | null, processing?: number | null, completed?: number | null, failed?: number | null, waitingForDevice?: number | null, esims?: Array<{ __typename?: 'EsimRequestItem', eid?: string | null, outcome: EsimOutcome, rawStatus?: string | null }> | null }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor?: string | null } } | null } | null };

export type EsimQueryVariables = Exact<{
  accountId: Scalars['ID']['input'];
  eid: Scalars['EID']['input'];
}>;


export type EsimQuery = { __typename?: 'Query', esim?: { __typename?: 'Esim', eid: string, currentSubscription?: { __typename?: 'SimSubscription', id: string, iccid?: string | null, state?: SimState | null } | null, profiles?: Array<{ __typename?: 'EsimProfile', subscriptionId: string, iccid?: string | null, status?: EsimProfileStatus | null, isFallback?: boolean | null, state?: SimState | null, productOffer?: string | null }> | null, requests?: { __typename?: 'EsimRequestConnection', totalCount?: number | null, nodes: Array<{ __typename?: 'EsimRequest', id: string, type?: EsimRequestType | null, status?: EsimRequestStatus | null, createdAt?: string | null }> } | null } | null };

export type InstallWebhookRuleMutationVariables = Exact<{
  accountId: Scalars['ID']['input'];
}>;


export type InstallWebhookRuleMutation = { __typename?: 'Mutation', installWebhookRule?: { __typename?: 'InstallWebhookRulePayload', rules: Array<{ __typename?: 'InstalledWebhookRule', eventName: string, outcome: AlertRuleOutcome, message?: string | null, stillNeeded: Array<WebhookRequirement>, rule?: { __typename?: 'AlertRule', id: string, name?: string | null, isEnabled?: boolean | null } | null }> } | null };

export type LockClientMutationVariables = Exact<{
  clientId: Scalars['ID']['input'];
}>;


export type LockClientMutation = { __typename?: 'Mutation', lockClient?: { __typename?: 'LockClientPayload', outcome: ClientOutcome, message?: string | null, client?: { __typename?: 'Client', isLocked?: boolean | null } | null } | null, unlockClient?: { __typename?: 'UnlockClientPayload', outcome: ClientOutcome, message?: string | null, client?: { __typename?: 'Client', isLocked?: boolean | null } | null } | null };

export type PlanUsageQueryVariables = Exact<{
  accountId: Scalars['ID']['input'];
  planId: Scalars['ID']['input'];
  from: Scalars['Date']['input'];
  to: Scalars['Date']['input'];
}>;


export type PlanUsageQuery = { __typename?: 'Query', plan?: { __typename?: 'Plan', planId: string, name?: string | null, usageType?: UsageType | null, usage?: { __typename?: 'PlanUsage', usage?: { __typename?: 'Usage', total?: string | null, unit?: UsageUnit | null, daily: Array<{ __typename?: 'DailyUsage', date?: string | null, total?: string | null }> } | null } | null } | null };

export type ProvisioningRequestQueryVariables = Exact<{
  accountId: Scalars['ID']['input'];
  provisioningRequestId: Scalars['ID']['input'];
}>;


export type ProvisioningRequestQuery = { __typename?: 'Query', provisioningRequest?: { __typename?: 'ProvisioningRequest', action?: ProvisioningAction | null, status?: ProvisioningStatus | null, createdAt?: string | null, completedAt?: string | null, provisionedBy?: string | null, activationProfile?: { __typename?: 'ActivationProfile', name?: string | null } | null, progress?: { __typename?: 'ProvisioningProgress', done: number, failed: number, pending: number, unknown: number, total: number } | null, subscriptions?: Array<{ __typename?: 'ProvisioningRequestSubscription', iccid?: string | null, outcome: ProvisioningOutcome, message?: string | null, subscription?: { __typename?: 'SimSubscription', state?: SimState | null } | null }> | null } | null };

export type ProvisioningRequestsQueryVariables = Exact<{
  accountId: Scalars['ID']['input'];
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type ProvisioningRequestsQuery = { __typename?: 'Query', account?: { __typename?: 'Account', provisioningRequests?: { __typename?: 'ProvisioningRequestConnection', totalCount?: number | null, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor?: string | null }, nodes: Array<{ __typename?: 'ProvisioningRequest', id: string, action?: ProvisioningAction | null, status?: ProvisioningStatus | null, createdAt?: string | null, completedAt?: string | null, source?: string | null, numberOfSubscriptions?: number | null }> } | null } | null };

export type ReactivateSimsMutationVariables = Exact<{
  accountId: Scalars['ID']['input'];
  sims: Array<SimSelector> | SimSelector;
}>;


export type ReactivateSimsMutation = { __typename?: 'Mutation', reactivateSubscriptions?: { __typename?: 'ReactivateSubscriptionsPayload', koreRequests: number, counts: { __typename?: 'OrderCounts', submitted: number, alreadySatisfied: number, rejected: number, unknown: number }, requests: Array<{ __typename?: 'ProvisioningRequest', id: string }>, results: Array<{ __typename?: 'OrderResult', iccid?: string | null, outcome: OrderOutcome, reason?: OrderReason | null }> } | null };

export type ReadSubscriptionRequestQueryVariables = Exact<{
  accountId: Scalars['ID']['input'];
  subscriptionRequestId: Scalars['ID']['input'];
}>;


export type ReadSubscriptionRequestQuery = { __typename?: 'Query', subscriptionRequest?: { __typename?: 'SubscriptionRequest', id: string, type?: string | null, status?: SubscriptionRequestStatus | null, rawStatus?: string | null, source?: string | null, totalSubscriptions?: number | null, subscriptions?: Array<{ __typename?: 'SubscriptionRequestSubscription', outcome: SubscriptionRequestOutcome, message?: string | null, propertyType?: string | null, subscription?: { __typename?: 'SimSubscription', iccid?: string | null, state?: SimState | null } | null }> | null, errors?: Array<{ __typename?: 'SubscriptionRequestError', type?: string | null, code?: string | null, message?: string | null }> | null } | null };

export type RehearseEsimDeletionMutationVariables = Exact<{
  accountId: Scalars['ID']['input'];
  esimEid: Scalars['EID']['input'];
  esimIccid: Scalars['ICCID']['input'];
}>;


export type RehearseEsimDeletionMutation = { __typename?: 'Mutation', deleteEsimProfiles?: { __typename?: 'DeleteEsimProfilesPayload', koreRequests: number, isDryRun: boolean, results: Array<{ __typename?: 'EsimOrderResult', eid: string, iccid?: string | null, outcome: OrderOutcome, reason?: OrderReason | null, message?: string | null }> } | null };

export type RehearseSmsMutationVariables = Exact<{
  accountId: Scalars['ID']['input'];
  iccid: Scalars['ICCID']['input'];
}>;


export type RehearseSmsMutation = { __typename?: 'Mutation', sendSms?: { __typename?: 'SendSmsPayload', outcome: SmsOutcome, encoding: SmsEncoding, units: number, parts: number, isDryRun: boolean } | null };

export type RehearseSuspensionMutationVariables = Exact<{
  accountId: Scalars['ID']['input'];
  sims: Array<SimSelector> | SimSelector;
}>;


export type RehearseSuspensionMutation = { __typename?: 'Mutation', suspendSubscriptions?: { __typename?: 'SuspendSubscriptionsPayload', isDryRun: boolean, koreRequests: number, results: Array<{ __typename?: 'OrderResult', iccid?: string | null, outcome: OrderOutcome, reason?: OrderReason | null, field?: string | null, message?: string | null }> } | null };

export type RenameCostCenterMutationVariables = Exact<{
  accountId: Scalars['ID']['input'];
  costCenterKey: Scalars['ID']['input'];
}>;


export type RenameCostCenterMutation = { __typename?: 'Mutation', renameCostCenter?: { __typename?: 'RenameCostCenterPayload', outcome: CostCenterOutcome, reason?: CostCenterReason | null, message?: string | null, costCenter?: { __typename?: 'CostCenter', id: string, key?: string | null, name?: string | null } | null } | null };

export type RenewClientKeyMutationVariables = Exact<{
  clientId: Scalars['ID']['input'];
  clientName: Scalars['String']['input'];
}>;


export type RenewClientKeyMutation = { __typename?: 'Mutation', renewClientKey?: { __typename?: 'RenewClientKeyPayload', outcome: ClientOutcome, message?: string | null, secretStatus: ClientSecretStatus, clientSecret?: string | null, requiresReauthorization: boolean } | null };

export type ResetConnectionMutationVariables = Exact<{
  accountId: Scalars['ID']['input'];
  iccid: Scalars['ICCID']['input'];
}>;


export type ResetConnectionMutation = { __typename?: 'Mutation', resetConnection?: { __typename?: 'ResetConnectionPayload', results: Array<{ __typename?: 'ResetConnectionResult', iccid?: string | null, outcome: OrderOutcome, reason?: OrderReason | null, message?: string | null, request?: { __typename?: 'DiagnosticsRequest', id: string, status?: DiagnosticsStatus | null, completedAt?: string | null, subscriptions?: Array<{ __typename?: 'DiagnosticsRequestSubscription', outcome: DiagnosticsOutcome }> | null } | null }>, counts: { __typename?: 'OrderCounts', submitted: number, failed: number, rejected: number, unknown: number } } | null };

export type ResolveOrderMutationVariables = Exact<{
  accountId: Scalars['ID']['input'];
  intentId?: Scalars['ID']['input'];
}>;


export type ResolveOrderMutation = { __typename?: 'Mutation', resolveOrder?: { __typename?: 'ResolveOrderPayload', outcome: ResolutionOutcome, reason?: ResolutionReason | null, field?: string | null, message?: string | null, results: Array<{ __typename?: 'OrderResult', iccid?: string | null, outcome: OrderOutcome, reason?: OrderReason | null }> } | null };

export type RetryEsimRequestMutationVariables = Exact<{
  accountId: Scalars['ID']['input'];
  failedEsimRequestId: Scalars['ID']['input'];
}>;


export type RetryEsimRequestMutation = { __typename?: 'Mutation', retryEsimRequest?: { __typename?: 'RetryEsimRequestPayload', results: Array<{ __typename?: 'EsimOrderResult', eid: string, outcome: OrderOutcome, reason?: OrderReason | null, message?: string | null }>, request: { __typename?: 'EsimRequest', id: string, status?: EsimRequestStatus | null } } | null };

export type SendSmsMutationVariables = Exact<{
  accountId: Scalars['ID']['input'];
  iccid: Scalars['ICCID']['input'];
  requestKey?: Scalars['String']['input'];
}>;


export type SendSmsMutation = { __typename?: 'Mutation', sendSms?: { __typename?: 'SendSmsPayload', outcome: SmsOutcome, reason?: SmsReason | null, message?: string | null, messageId?: string | null, encoding: SmsEncoding, parts: number } | null };

export type SessionsByIccidQueryVariables = Exact<{
  accountId: Scalars['ID']['input'];
  iccids: Array<Scalars['ICCID']['input']> | Scalars['ICCID']['input'];
}>;


export type SessionsByIccidQuery = { __typename?: 'Query', sessionsByIccid: Array<{ __typename?: 'SimSessions', iccid: string, msisdn?: string | null, subscriptionUrn?: string | null, count?: number | null, sessions: Array<{ __typename?: 'SimSession', startedAt?: string | null, endedAt?: string | null, apn?: string | null }>, subscription?: { __typename?: 'SimSubscription', state?: SimState | null } | null } | null> };

export type SetConnectedHardwareMutationVariables = Exact<{
  accountId: Scalars['ID']['input'];
  iccid: Scalars['ICCID']['input'];
}>;


export type SetConnectedHardwareMutation = { __typename?: 'Mutation', setConnectedHardware?: { __typename?: 'SetConnectedHardwarePayload', results: Array<{ __typename?: 'RecordChangeResult', outcome: OrderOutcome, reason?: OrderReason | null, message?: string | null, subscription?: { __typename?: 'SimSubscription', device?: { __typename?: 'SimDevice', imei?: string | null, serialNumber?: string | null, modelNumber?: string | null } | null } | null }> } | null };

export type SetCustomFieldsMutationVariables = Exact<{
  accountId: Scalars['ID']['input'];
  iccid: Scalars['ICCID']['input'];
}>;


export type SetCustomFieldsMutation = { __typename?: 'Mutation', setCustomFields?: { __typename?: 'SetCustomFieldsPayload', results: Array<{ __typename?: 'RecordChangeResult', iccid?: string | null, outcome: OrderOutcome, reason?: OrderReason | null, message?: string | null, subscription?: { __typename?: 'SimSubscription', customFields?: Array<{ __typename?: 'SimCustomField', key?: string | null, value?: string | null }> | null } | null, request?: { __typename?: 'SubscriptionRequest', id: string, status?: SubscriptionRequestStatus | null } | null }> } | null };

export type SimCountsQueryVariables = Exact<{
  accountId: Scalars['ID']['input'];
}>;


export type SimCountsQuery = { __typename?: 'Query', account?: { __typename?: 'Account', id: string, simCounts?: Array<{ __typename?: 'SimCount', state: SimState, count?: number | null }> | null } | null };

export type SimSessionsQueryVariables = Exact<{
  accountId: Scalars['ID']['input'];
  iccid: Scalars['ICCID']['input'];
}>;


export type SimSessionsQuery = { __typename?: 'Query', subscription?: { __typename?: 'SimSubscription', iccid?: string | null, isInSession?: boolean | null, inSessionUpdatedAt?: string | null, sessions?: { __typename?: 'SimSessionConnection', totalCount?: number | null, nodes: Array<{ __typename?: 'SimSession', sessionId?: string | null, startedAt?: string | null, endedAt?: string | null, apn?: string | null }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor?: string | null } } | null } | null };

export type SimUsageQueryVariables = Exact<{
  accountId: Scalars['ID']['input'];
  iccid: Scalars['ICCID']['input'];
  from: Scalars['Date']['input'];
  to: Scalars['Date']['input'];
}>;


export type SimUsageQuery = { __typename?: 'Query', subscription?: { __typename?: 'SimSubscription', id: string, iccid?: string | null, usage?: { __typename?: 'SimUsage', from: string, to: string, source?: string | null, isRecorded: boolean, data?: { __typename?: 'Usage', total?: string | null, unit?: UsageUnit | null, daily: Array<{ __typename?: 'DailyUsage', date?: string | null, total?: string | null }> } | null, sms?: { __typename?: 'Usage', total?: string | null, unit?: UsageUnit | null } | null, voice?: { __typename?: 'Usage', total?: string | null, unit?: UsageUnit | null } | null } | null } | null };

export type SimQueryVariables = Exact<{
  accountId: Scalars['ID']['input'];
  iccid: Scalars['ICCID']['input'];
}>;


export type SimQuery = { __typename?: 'Query', subscription?: { __typename?: 'SimSubscription', id: string, iccid?: string | null, state?: SimState | null, rawState?: string | null, isEsim: boolean, eid?: string | null, rspState?: string | null, imsi?: string | null, msisdns?: Array<string> | null, account: { __typename?: 'Account', name?: string | null }, serviceType?: { __typename?: 'ServiceType', name?: string | null } | null, costCenter?: { __typename?: 'CostCenter', name?: string | null } | null, profile?: { __typename?: 'SimProfile', plans: Array<{ __typename?: 'SimPlan', name?: string | null, type?: string | null, usageType?: UsageType | null }>, features: Array<{ __typename?: 'SimFeature', name?: string | null }> } | null, apns?: Array<{ __typename?: 'SimApn', apnId?: string | null, ipAddress?: string | null }> | null, device?: { __typename?: 'SimDevice', imei?: string | null, serialNumber?: string | null, modelNumber?: string | null } | null, customFields?: Array<{ __typename?: 'SimCustomField', key?: string | null, value?: string | null }> | null, stateHistory?: Array<{ __typename?: 'SimStatePeriod', state?: SimState | null, startedAt?: string | null, endedAt?: string | null, isCurrent?: boolean | null }> | null, eligibleActivationProfiles?: Array<{ __typename?: 'ActivationProfile', id: string, name?: string | null }> | null, lastProvisioningRequest?: { __typename?: 'ProvisioningRequest', id: string, action?: ProvisioningAction | null, status?: ProvisioningStatus | null } | null } | null };

export type SimsByIccidQueryVariables = Exact<{
  accountId: Scalars['ID']['input'];
  iccids: Array<Scalars['ICCID']['input']> | Scalars['ICCID']['input'];
}>;


export type SimsByIccidQuery = { __typename?: 'Query', subscriptionsByIccid: Array<{ __typename?: 'SimSubscription', id: string, iccid?: string | null, state?: SimState | null, costCenter?: { __typename?: 'CostCenter', name?: string | null } | null } | null> };

export type SimsQueryVariables = Exact<{
  accountId: Scalars['ID']['input'];
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<SimSubscriptionFilter>;
  orderBy?: InputMaybe<SimSubscriptionSort>;
}>;


export type SimsQuery = { __typename?: 'Query', subscriptions: { __typename?: 'SimSubscriptionConnection', totalCount?: number | null, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor?: string | null }, nodes: Array<{ __typename?: 'SimSubscription', id: string, iccid?: string | null, state?: SimState | null, msisdns?: Array<string> | null, costCenter?: { __typename?: 'CostCenter', name?: string | null } | null, profile?: { __typename?: 'SimProfile', id: string, plans: Array<{ __typename?: 'SimPlan', name?: string | null }> } | null }> } };

export type SmsMessagesQueryVariables = Exact<{
  accountId: Scalars['ID']['input'];
}>;


export type SmsMessagesQuery = { __typename?: 'Query', account?: { __typename?: 'Account', smsMessages?: { __typename?: 'SmsMessageConnection', totalCount?: number | null, nodes: Array<{ __typename?: 'SmsMessage', id: string, iccid?: string | null, status?: SmsStatus | null, detail?: string | null, createdAt?: string | null }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor?: string | null } } | null } | null };

export type SuspendClientMutationVariables = Exact<{
  clientId: Scalars['ID']['input'];
}>;


export type SuspendClientMutation = { __typename?: 'Mutation', disableClient?: { __typename?: 'DisableClientPayload', outcome: ClientOutcome, message?: string | null } | null, enableClient?: { __typename?: 'EnableClientPayload', outcome: ClientOutcome, message?: string | null } | null };

export type SuspendSimsMutationVariables = Exact<{
  accountId: Scalars['ID']['input'];
  sims: Array<SimSelector> | SimSelector;
}>;


export type SuspendSimsMutation = { __typename?: 'Mutation', suspendSubscriptions?: { __typename?: 'SuspendSubscriptionsPayload', koreRequests: number, counts: { __typename?: 'OrderCounts', submitted: number, alreadySatisfied: number, rejected: number, unknown: number }, requests: Array<{ __typename?: 'ProvisioningRequest', id: string }>, results: Array<{ __typename?: 'OrderResult', iccid?: string | null, outcome: OrderOutcome, reason?: OrderReason | null, request?: { __typename?: 'ProvisioningRequest', id: string } | null }> } | null };

export type SwitchEsimProfileMutationVariables = Exact<{
  accountId: Scalars['ID']['input'];
  switchEid: Scalars['EID']['input'];
  esimActivationProfileId: Scalars['ID']['input'];
}>;


export type SwitchEsimProfileMutation = { __typename?: 'Mutation', switchEsimProfiles?: { __typename?: 'SwitchEsimProfilesPayload', results: Array<{ __typename?: 'EsimOrderResult', eid: string, outcome: OrderOutcome, reason?: OrderReason | null, field?: string | null, message?: string | null, request?: { __typename?: 'EsimRequest', id: string, status?: EsimRequestStatus | null, rawStatus?: string | null } | null }>, counts: { __typename?: 'OrderCounts', submitted: number, failed: number, rejected: number, unknown: number } } | null };

export type TransferClientMutationVariables = Exact<{
  clientId: Scalars['ID']['input'];
  newOwner: Scalars['EmailAddress']['input'];
}>;


export type TransferClientMutation = { __typename?: 'Mutation', transferClientOwnership?: { __typename?: 'TransferClientOwnershipPayload', outcome: ClientOutcome, message?: string | null, client?: { __typename?: 'Client', name?: string | null, owner?: string | null } | null } | null };

export type TransferSimsMutationVariables = Exact<{
  accountId: Scalars['ID']['input'];
  childAccountId: Scalars['ID']['input'];
  transferIccid: Scalars['ICCID']['input'];
}>;


export type TransferSimsMutation = { __typename?: 'Mutation', transferSubscriptions?: { __typename?: 'TransferSubscriptionsPayload', results: Array<{ __typename?: 'RecordChangeResult', iccid?: string | null, outcome: OrderOutcome, reason?: OrderReason | null, message?: string | null, subscription?: { __typename?: 'SimSubscription', accountId: string, state?: SimState | null } | null }> } | null };

export type UnresolvedOrdersQueryVariables = Exact<{
  accountId: Scalars['ID']['input'];
}>;


export type UnresolvedOrdersQuery = { __typename?: 'Query', unresolvedOrders: Array<{ __typename?: 'UnresolvedOrder', intentId: string, verb: OrderVerb, sentAt: string, message?: string | null, advice: string, subscriptions: Array<{ __typename?: 'UnresolvedOrderSim', subscriptionId: string, iccid?: string | null }>, candidates?: Array<{ __typename?: 'UnresolvedOrderCandidate', requestId: string, hasSameSims?: boolean | null, fitsInTime?: boolean | null }> | null }> };

export type UpdateClientMutationVariables = Exact<{
  clientId: Scalars['ID']['input'];
}>;


export type UpdateClientMutation = { __typename?: 'Mutation', updateClient?: { __typename?: 'UpdateClientPayload', outcome: ClientOutcome, reason?: ClientReason | null, message?: string | null, requiresReauthorization: boolean, client?: { __typename?: 'Client', id: string, name?: string | null, type?: ClientType | null } | null } | null };

export type UsageBySimQueryVariables = Exact<{
  accountId: Scalars['ID']['input'];
  iccids: Array<Scalars['ICCID']['input']> | Scalars['ICCID']['input'];
  from: Scalars['Date']['input'];
  to: Scalars['Date']['input'];
}>;


export type UsageBySimQuery = { __typename?: 'Query', usageBySim: Array<{ __typename?: 'SimUsageResult', iccid: string, subscription?: { __typename?: 'SimSubscription', state?: SimState | null } | null, usage?: { __typename?: 'SimUsage', data?: { __typename?: 'Usage', total?: string | null, unit?: UsageUnit | null } | null, sms?: { __typename?: 'Usage', total?: string | null } | null } | null }> };

export type WatchAccountEventsSubscriptionVariables = Exact<{
  accountId: Scalars['ID']['input'];
  types?: InputMaybe<Array<AccountEventType> | AccountEventType>;
}>;


export type WatchAccountEventsSubscription = { __typename?: 'Subscription', accountEvents:
    | { __typename?: 'OtherEvent', type: AccountEventType, eventName: string, ruleName?: string | null, at?: string | null, data?: string | null }
    | { __typename?: 'ProvisioningRequestStatusChange', type: AccountEventType, eventName: string, ruleName?: string | null, at?: string | null, provisioningRequestId?: string | null }
    | { __typename?: 'SimStateChange', type: AccountEventType, eventName: string, ruleName?: string | null, at?: string | null, subscriptionId: string, oldState?: SimState | null, newState?: SimState | null }
    | { __typename?: 'SmsFromSim', type: AccountEventType, eventName: string, ruleName?: string | null, at?: string | null, mid?: string | null, iccid?: string | null, detail?: string | null }
    | { __typename?: 'SmsStatusChange', type: AccountEventType, eventName: string, ruleName?: string | null, at?: string | null, messageId: string, status?: SmsStatus | null }
   };

export type WatchDiagnosticsRequestSubscriptionVariables = Exact<{
  accountId: Scalars['ID']['input'];
  diagnosticsRequestId: Scalars['ID']['input'];
}>;


export type WatchDiagnosticsRequestSubscription = { __typename?: 'Subscription', diagnosticsRequestUpdated: { __typename?: 'DiagnosticsRequest', id: string, status?: DiagnosticsStatus | null, subscriptions?: Array<{ __typename?: 'DiagnosticsRequestSubscription', outcome: DiagnosticsOutcome }> | null } };

export type WatchEsimRequestSubscriptionVariables = Exact<{
  accountId: Scalars['ID']['input'];
  esimRequestId: Scalars['ID']['input'];
}>;


export type WatchEsimRequestSubscription = { __typename?: 'Subscription', esimRequestUpdated: { __typename?: 'EsimRequest', id: string, type?: EsimRequestType | null, status?: EsimRequestStatus | null, esims?: Array<{ __typename?: 'EsimRequestItem', eid?: string | null, outcome: EsimOutcome, rawStatus?: string | null, message?: string | null, newSubscription?: { __typename?: 'SimSubscription', iccid?: string | null, imsi?: string | null, msisdns?: Array<string> | null, state?: SimState | null, apns?: Array<{ __typename?: 'SimApn', ipAddress?: string | null }> | null } | null }> | null } };

export type WatchProvisioningRequestSubscriptionVariables = Exact<{
  accountId: Scalars['ID']['input'];
  provisioningRequestId: Scalars['ID']['input'];
}>;


export type WatchProvisioningRequestSubscription = { __typename?: 'Subscription', provisioningRequestUpdated: { __typename?: 'ProvisioningRequest', status?: ProvisioningStatus | null, progress?: { __typename?: 'ProvisioningProgress', done: number, failed: number, pending: number, total: number } | null, subscriptions?: Array<{ __typename?: 'ProvisioningRequestSubscription', iccid?: string | null, outcome: ProvisioningOutcome, message?: string | null }> | null } };

export type WatchSimStatesSubscriptionVariables = Exact<{
  accountId: Scalars['ID']['input'];
}>;


export type WatchSimStatesSubscription = { __typename?: 'Subscription', subscriptionStateChanged: { __typename?: 'SimStateChange', subscriptionId: string, oldState?: SimState | null, newState?: SimState | null, at?: string | null } };

export type WatchSmsSubscriptionVariables = Exact<{
  accountId: Scalars['ID']['input'];
}>;


export type WatchSmsSubscription = { __typename?: 'Subscription', smsStatusChanged: { __typename?: 'SmsStatusChange', messageId: string, status?: SmsStatus | null, errorCode?: string | null, iccid?: string | null, at?: string | null } };

export type WatchSubscriptionRequestSubscriptionVariables = Exact<{
  accountId: Scalars['ID']['input'];
  subscriptionRequestId: Scalars['ID']['input'];
}>;


export type WatchSubscriptionRequestSubscription = { __typename?: 'Subscription', subscriptionRequestUpdated: { __typename?: 'SubscriptionRequest', id: string, status?: SubscriptionRequestStatus | null, subscriptions?: Array<{ __typename?: 'SubscriptionRequestSubscription', outcome: SubscriptionRequestOutcome }> | null } };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}

export const AccountsDocument = new TypedDocumentString(`
    query Accounts {
  accounts {
    id
    number
    name
    subscriptions(first: 3) {
      totalCount
      nodes {
        iccid
        state
        costCenter {
          name
        }
      }
    }
    activationProfiles {
      id
      name
    }
  }
}
    `, {"hash":"dea5c4e65623007d4d6e59ab088b8ef0c92fc6862f38414698e4f25e5c37de21"}) as unknown as TypedDocumentString<AccountsQuery, AccountsQueryVariables>;
export const ActivateSimDocument = new TypedDocumentString(`
    mutation ActivateSim($accountId: ID!, $stockIccid: ICCID!, $activationProfileId: ID!) {
  activateSubscriptions(
    input: {accountId: $accountId, activationState: TEST, activationProfileId: $activationProfileId, subscriptions: [{iccid: $stockIccid}], requestKey: "my first activation"}
  ) {
    results {
      iccid
      outcome
      reason
      message
      subscription {
        state
      }
    }
    requests {
      id
      status
    }
    unchecked {
      requirement
      basis
      message
    }
  }
}
    `, {"hash":"f62e5446160348f4987d1c53ef62b7443c303626cfa048cb001adb24268d5386"}) as unknown as TypedDocumentString<ActivateSimMutation, ActivateSimMutationVariables>;
export const ActivationProfilesDocument = new TypedDocumentString(`
    query ActivationProfiles($accountId: ID!) {
  account(id: $accountId) {
    activationProfiles {
      id
      name
      description
      serviceType {
        name
      }
      productOffer
      plans {
        name
        usageType
      }
      features {
        name
      }
      createdAt
      createdBy
    }
  }
}
    `, {"hash":"afe8b58d2a30fed4a91f498b04ba5b4ba2a5f1dd4a4bd7342aab68065f0fb1f3"}) as unknown as TypedDocumentString<ActivationProfilesQuery, ActivationProfilesQueryVariables>;
export const AlertRulesDocument = new TypedDocumentString(`
    query AlertRules($accountId: ID!) {
  account(id: $accountId) {
    alertRules {
      id
      name
      eventName
      isEnabled
      webhook {
        url
        hasAccessToken
      }
    }
    alertEvents {
      name
      description
      attributes {
        name
      }
    }
  }
}
    `, {"hash":"ed8d5ad3476833b844987a56e9d234c97ad87e968d83dbf9dc1a009234d2e190"}) as unknown as TypedDocumentString<AlertRulesQuery, AlertRulesQueryVariables>;
export const AlertsDocument = new TypedDocumentString(`
    query Alerts($accountId: ID!) {
  account(id: $accountId) {
    alerts(first: 20) {
      totalCount
      nodes {
        id
        createdAt
        rule {
          name
        }
        actions {
          type
          isSuccessful
          to
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
}
    `, {"hash":"fa0ecaa9439f985c1abfee61e319c0c3ec5800ff4dbb89e2963cc2d7d3f980ad"}) as unknown as TypedDocumentString<AlertsQuery, AlertsQueryVariables>;
export const ApiClientsOfAccountDocument = new TypedDocumentString(`
    query ApiClientsOfAccount($accountId: ID!, $first: Int = 20, $after: String) {
  account(id: $accountId) {
    clients(first: $first, after: $after) {
      totalCount
      nodes {
        id
        name
        type
        isLocked
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
}
    `, {"hash":"c926ae98203b1978c8ecb979fc87c943dc036488db469c1099d3f317babaf222"}) as unknown as TypedDocumentString<ApiClientsOfAccountQuery, ApiClientsOfAccountQueryVariables>;
export const ApiClientsDocument = new TypedDocumentString(`
    query ApiClients {
  clients(first: 20) {
    nodes {
      id
      name
      type
      owner
      isLocked
      createdAt
      accountId
      account {
        id
        name
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `, {"hash":"f221b3044609eb2ffc7dfae806b864bf69bdadc2170dd93d595fb3245d2d712e"}) as unknown as TypedDocumentString<ApiClientsQuery, ApiClientsQueryVariables>;
export const AssignCostCenterDocument = new TypedDocumentString(`
    mutation AssignCostCenter($accountId: ID!, $costCenterKey: ID!, $sims: [SimSelector!]!) {
  assignCostCenter(
    input: {accountId: $accountId, costCenterKey: $costCenterKey, subscriptions: $sims, waitUpTo: 10}
  ) {
    results {
      iccid
      outcome
      reason
      message
      subscription {
        costCenter {
          id
          name
        }
      }
    }
    counts {
      submitted
      alreadySatisfied
      failed
      rejected
      unknown
    }
  }
}
    `, {"hash":"2dae678dba6d927b5bc434ac50d68514780c335dc6895ecbf42e7cc3b6e5d4ab"}) as unknown as TypedDocumentString<AssignCostCenterMutation, AssignCostCenterMutationVariables>;
export const CancelEsimRequestDocument = new TypedDocumentString(`
    mutation CancelEsimRequest($accountId: ID!, $pendingEsimRequestId: ID!) {
  cancelEsimRequest(input: {accountId: $accountId, id: $pendingEsimRequestId}) {
    results {
      eid
      outcome
      reason
      message
    }
    counts {
      submitted
      rejected
    }
    request {
      id
      status
    }
  }
}
    `, {"hash":"645213f459590468b0a6243e5e8dbd7f52fcaac1fdbc1bddecfafdc142a6c5ef"}) as unknown as TypedDocumentString<CancelEsimRequestMutation, CancelEsimRequestMutationVariables>;
export const CapabilitiesDocument = new TypedDocumentString(`
    query Capabilities {
  capabilities {
    mode
    unpublishedClientOperations
    limits {
      pageSize
      iccidsPerQuery
      iccidsPerFilter
      simsPerMutation
      waitSeconds
      bodyBytes
      tokens
      depth
      aliases
      rootFields
      directives
      selections
      representations
      koreRequests
      operationsPerMinute
      koreRequestsPerMinute
    }
  }
}
    `, {"hash":"7415ba0109da5089ee4a5ab4779a3e13544d0536f0b80ee39d68e82a44180fcd"}) as unknown as TypedDocumentString<CapabilitiesQuery, CapabilitiesQueryVariables>;
export const CatalogDocument = new TypedDocumentString(`
    query Catalog($accountId: ID!) {
  account(id: $accountId) {
    serviceTypes {
      serviceTypeId
      name
    }
    plans {
      planId
      name
      usageType
      planType {
        name
      }
      serviceType {
        name
      }
    }
    features {
      featureId
      name
      description
      usageType
    }
  }
}
    `, {"hash":"60e3d53347f473aa801fcb0cfffc7d25bde828e675c5b94cfd2f1ff96ad30444"}) as unknown as TypedDocumentString<CatalogQuery, CatalogQueryVariables>;
export const CreateAlertRuleDocument = new TypedDocumentString(`
    mutation CreateAlertRule($accountId: ID!) {
  createAlertRule(
    input: {accountId: $accountId, name: "SIM left Active", eventName: "connectivity.subscription.state.changed", conditions: [{attribute: "old-state", operator: EQUAL, values: ["Active"]}], email: {to: "ops@meridian.example"}}
  ) {
    outcome
    reason
    message
    rule {
      id
      name
      conditions {
        attribute
        operator
        value
      }
    }
  }
}
    `, {"hash":"78333f2022e4489d2cd684dc389563017626aa91b0bf4d011a61b1925c662e3c"}) as unknown as TypedDocumentString<CreateAlertRuleMutation, CreateAlertRuleMutationVariables>;
export const CreateClientDocument = new TypedDocumentString(`
    mutation CreateClient {
  createClient(
    input: {name: "Depot dashboard", products: [SUPER_SIM], requestKey: "my first client"}
  ) {
    outcome
    message
    secretStatus
    clientSecret
    client {
      id
      name
      type
      owner
      createdAt
    }
  }
}
    `, {"hash":"2475cfa0514d4562c7a175b8ced9cdec6b2044efa19c6e8dfbb666b4ed2a1c9b"}) as unknown as TypedDocumentString<CreateClientMutation, CreateClientMutationVariables>;
export const CreateCostCenterDocument = new TypedDocumentString(`
    mutation CreateCostCenter($accountId: ID!) {
  createCostCenter(
    input: {accountId: $accountId, name: "Airfreight", requestKey: "my first cost center"}
  ) {
    outcome
    reason
    message
    costCenter {
      id
      key
      name
    }
  }
}
    `, {"hash":"d0fdbb6942f0ec5b7aedf340406a0ab7162cbed064e9c459c7bdbe3342a2226e"}) as unknown as TypedDocumentString<CreateCostCenterMutation, CreateCostCenterMutationVariables>;
export const DailySubscriptionsReportDocument = new TypedDocumentString(`
    query DailySubscriptionsReport($accountId: ID!, $date: Date) {
  account(id: $accountId) {
    id
    dailySubscriptionsReport(date: $date) {
      fileName
      fileType
      generatedAt
      checksum {
        type
        value
      }
      url
    }
  }
}
    `, {"hash":"2d357a891b79b039dc7330acbfc4a5f72eb4a88edb8cd66ca12a2f0cc7cbea8f"}) as unknown as TypedDocumentString<DailySubscriptionsReportQuery, DailySubscriptionsReportQueryVariables>;
export const DeleteClientDocument = new TypedDocumentString(`
    mutation DeleteClient($doomedClientId: ID!, $doomedClientName: String!) {
  deleteClient(input: {id: $doomedClientId, confirm: $doomedClientName}) {
    outcome
    reason
    message
    client {
      id
    }
  }
}
    `, {"hash":"c137d66dcf6691779be4f42fbe248a6d969737a0c0cce08bec2cbb0d181c732a"}) as unknown as TypedDocumentString<DeleteClientMutation, DeleteClientMutationVariables>;
export const DiagnosticsRequestDocument = new TypedDocumentString(`
    query DiagnosticsRequest($accountId: ID!, $diagnosticsRequestId: ID!) {
  diagnosticsRequest(accountId: $accountId, id: $diagnosticsRequestId) {
    id
    rawType
    rawStatus
    subscriptions {
      outcome
      subscription {
        iccid
        state
      }
    }
  }
}
    `, {"hash":"733a01b3b2039049457ba0049a19a6697400abfeeed393d8b2787ae6ffb4ff99"}) as unknown as TypedDocumentString<DiagnosticsRequestQuery, DiagnosticsRequestQueryVariables>;
export const DiagnosticsRequestsDocument = new TypedDocumentString(`
    query DiagnosticsRequests($accountId: ID!, $first: Int = 10, $after: String) {
  account(id: $accountId) {
    diagnosticsRequests(first: $first, after: $after) {
      totalCount
      nodes {
        id
        type
        status
        serviceType
        numberOfSubscriptions
        createdAt
        completedAt
        source
        requestedBy
        message
        subscriptions {
          iccid
          outcome
          rawOutcome
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
}
    `, {"hash":"0f43f1b82de77fcb8fd39d32749d2ba943796a7e3a82779d0cce49f2b39c98f0"}) as unknown as TypedDocumentString<DiagnosticsRequestsQuery, DiagnosticsRequestsQueryVariables>;
export const DownloadEsimProfileDocument = new TypedDocumentString(`
    mutation DownloadEsimProfile($accountId: ID!, $switchEid: EID!, $esimActivationProfileId: ID!) {
  downloadEsimProfiles(
    input: {accountId: $accountId, esims: [{eid: $switchEid}], activationProfileId: $esimActivationProfileId}
  ) {
    results {
      eid
      outcome
      reason
      message
      request {
        id
      }
    }
  }
}
    `, {"hash":"9149b40b51ee6c201aa0ab13fb7dc05e73573eb16503947ec599a47b46af2f6a"}) as unknown as TypedDocumentString<DownloadEsimProfileMutation, DownloadEsimProfileMutationVariables>;
export const EnableEsimProfileDocument = new TypedDocumentString(`
    mutation EnableEsimProfile($accountId: ID!, $esimEid: EID!, $esimIccid: ICCID!) {
  enableEsimProfiles(
    input: {accountId: $accountId, profiles: [{eid: $esimEid, iccid: $esimIccid}], waitUpTo: 10}
  ) {
    results {
      eid
      iccid
      outcome
      reason
      message
      esim {
        currentSubscription {
          iccid
        }
      }
    }
    requests {
      id
      status
    }
  }
}
    `, {"hash":"8d73fc3200ba76fd9e5feea03bb42fe06fa65c6191e7e111c18ce9355cf67db2"}) as unknown as TypedDocumentString<EnableEsimProfileMutation, EnableEsimProfileMutationVariables>;
export const EsimRequestDocument = new TypedDocumentString(`
    query EsimRequest($accountId: ID!, $esimRequestId: ID!) {
  esimRequest(accountId: $accountId, id: $esimRequestId) {
    id
    type
    status
    createdAt
    activationProfile {
      name
    }
    esims {
      eid
      outcome
      rawStatus
      message
      oldSubscription {
        iccid
        state
      }
      newSubscription {
        iccid
        imsi
        msisdns
        state
      }
    }
  }
}
    `, {"hash":"60faa4ee346c02a8ec2b666812306114dd6e36054f5b5122430d2f26ee0c0872"}) as unknown as TypedDocumentString<EsimRequestQuery, EsimRequestQueryVariables>;
export const EsimRequestsDocument = new TypedDocumentString(`
    query EsimRequests($accountId: ID!, $first: Int = 10, $after: String) {
  account(id: $accountId) {
    esimRequests(first: $first, after: $after) {
      totalCount
      nodes {
        id
        type
        status
        createdAt
        activationProfileId
        requested
        processing
        completed
        failed
        waitingForDevice
        esims {
          eid
          outcome
          rawStatus
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
}
    `, {"hash":"ff2145e6e43c614a7d60ade302d7ab5de05e41e72356769326a67c50fee7e7e3"}) as unknown as TypedDocumentString<EsimRequestsQuery, EsimRequestsQueryVariables>;
export const EsimDocument = new TypedDocumentString(`
    query Esim($accountId: ID!, $eid: EID!) {
  esim(accountId: $accountId, eid: $eid) {
    eid
    currentSubscription {
      id
      iccid
      state
    }
    profiles {
      subscriptionId
      iccid
      status
      isFallback
      state
      productOffer
    }
    requests(first: 10) {
      totalCount
      nodes {
        id
        type
        status
        createdAt
      }
    }
  }
}
    `, {"hash":"03dba0ba51bbce5845f8d7802ca025ba6d43f6c8eea362f092c1b04eb8160ab9"}) as unknown as TypedDocumentString<EsimQuery, EsimQueryVariables>;
export const InstallWebhookRuleDocument = new TypedDocumentString(`
    mutation InstallWebhookRule($accountId: ID!) {
  installWebhookRule(input: {accountId: $accountId}) {
    rules {
      eventName
      outcome
      message
      stillNeeded
      rule {
        id
        name
        isEnabled
      }
    }
  }
}
    `, {"hash":"55cdf3e62fa70ce7c4c4b35b85495461ea67d577740b85b0541b318b2d908a57"}) as unknown as TypedDocumentString<InstallWebhookRuleMutation, InstallWebhookRuleMutationVariables>;
export const LockClientDocument = new TypedDocumentString(`
    mutation LockClient($clientId: ID!) {
  lockClient(input: {id: $clientId}) {
    outcome
    message
    client {
      isLocked
    }
  }
  unlockClient(input: {id: $clientId}) {
    outcome
    message
    client {
      isLocked
    }
  }
}
    `, {"hash":"86c2165ac07c00f9cd05b23bf945ae0e4e9762f1e0a047ea9296c692c62835f5"}) as unknown as TypedDocumentString<LockClientMutation, LockClientMutationVariables>;
export const PlanUsageDocument = new TypedDocumentString(`
    query PlanUsage($accountId: ID!, $planId: ID!, $from: Date!, $to: Date!) {
  plan(accountId: $accountId, id: $planId) {
    planId
    name
    usageType
    usage(from: $from, to: $to) {
      usage {
        total
        unit
        daily {
          date
          total
        }
      }
    }
  }
}
    `, {"hash":"d137a700a481bf2c3172d0639829810c9329265a1867964093507ef4ae09516f"}) as unknown as TypedDocumentString<PlanUsageQuery, PlanUsageQueryVariables>;
export const ProvisioningRequestDocument = new TypedDocumentString(`
    query ProvisioningRequest($accountId: ID!, $provisioningRequestId: ID!) {
  provisioningRequest(accountId: $accountId, id: $provisioningRequestId) {
    action
    status
    createdAt
    completedAt
    provisionedBy
    activationProfile {
      name
    }
    progress {
      done
      failed
      pending
      unknown
      total
    }
    subscriptions {
      iccid
      outcome
      message
      subscription {
        state
      }
    }
  }
}
    `, {"hash":"79fc475208ef46e79e10bfd018e053218f4dfbe506fe40eab52e1598ba2b97d5"}) as unknown as TypedDocumentString<ProvisioningRequestQuery, ProvisioningRequestQueryVariables>;
export const ProvisioningRequestsDocument = new TypedDocumentString(`
    query ProvisioningRequests($accountId: ID!, $first: Int = 20, $after: String) {
  account(id: $accountId) {
    provisioningRequests(first: $first, after: $after) {
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        id
        action
        status
        createdAt
        completedAt
        source
        numberOfSubscriptions
      }
    }
  }
}
    `, {"hash":"0d890c7d63a03ff3578f535a1ee8136298ad5e3ee8ad8c8df42032fdf1ecc92b"}) as unknown as TypedDocumentString<ProvisioningRequestsQuery, ProvisioningRequestsQueryVariables>;
export const ReactivateSimsDocument = new TypedDocumentString(`
    mutation ReactivateSims($accountId: ID!, $sims: [SimSelector!]!) {
  reactivateSubscriptions(input: {accountId: $accountId, subscriptions: $sims}) {
    koreRequests
    counts {
      submitted
      alreadySatisfied
      rejected
      unknown
    }
    requests {
      id
    }
    results {
      iccid
      outcome
      reason
    }
  }
}
    `, {"hash":"27dfda0ecffe4ea85dcbc912ef9176cba1b7bbb5715968b24b410a8d2524c3d4"}) as unknown as TypedDocumentString<ReactivateSimsMutation, ReactivateSimsMutationVariables>;
export const ReadSubscriptionRequestDocument = new TypedDocumentString(`
    query ReadSubscriptionRequest($accountId: ID!, $subscriptionRequestId: ID!) {
  subscriptionRequest(accountId: $accountId, id: $subscriptionRequestId) {
    id
    type
    status
    rawStatus
    source
    totalSubscriptions
    subscriptions {
      outcome
      message
      propertyType
      subscription {
        iccid
        state
      }
    }
    errors {
      type
      code
      message
    }
  }
}
    `, {"hash":"ac1e4f0c2f8614c6c82295b163ac745be9d3ac82ac0eb08fed26ea2f66ee249b"}) as unknown as TypedDocumentString<ReadSubscriptionRequestQuery, ReadSubscriptionRequestQueryVariables>;
export const RehearseEsimDeletionDocument = new TypedDocumentString(`
    mutation RehearseEsimDeletion($accountId: ID!, $esimEid: EID!, $esimIccid: ICCID!) {
  deleteEsimProfiles(
    input: {accountId: $accountId, profiles: [{eid: $esimEid, iccid: $esimIccid}], confirm: 1, dryRun: true}
  ) {
    results {
      eid
      iccid
      outcome
      reason
      message
    }
    koreRequests
    isDryRun
  }
}
    `, {"hash":"7608f698292b005c07ec291ba3d013c929bb32b6fe68a1851299d848a5861d90"}) as unknown as TypedDocumentString<RehearseEsimDeletionMutation, RehearseEsimDeletionMutationVariables>;
export const RehearseSmsDocument = new TypedDocumentString(`
    mutation RehearseSms($accountId: ID!, $iccid: ICCID!) {
  sendSms(
    input: {accountId: $accountId, to: {iccid: $iccid}, text: "The door of container 7 is open. Please don’t leave before it is closed and sealed.", requestKey: "only counted", maxParts: 2, dryRun: true}
  ) {
    outcome
    encoding
    units
    parts
    isDryRun
  }
}
    `, {"hash":"61f17fe46643f18236f2889d8754c09fe3875fcbca9842ad9351a83edf1c0afc"}) as unknown as TypedDocumentString<RehearseSmsMutation, RehearseSmsMutationVariables>;
export const RehearseSuspensionDocument = new TypedDocumentString(`
    mutation RehearseSuspension($accountId: ID!, $sims: [SimSelector!]!) {
  suspendSubscriptions(
    input: {accountId: $accountId, subscriptions: $sims, dryRun: true}
  ) {
    isDryRun
    koreRequests
    results {
      iccid
      outcome
      reason
      field
      message
    }
  }
}
    `, {"hash":"b13fb0adb2a1fb76631f8144ec1d6580b706cfd6a2833398bb67b340188df628"}) as unknown as TypedDocumentString<RehearseSuspensionMutation, RehearseSuspensionMutationVariables>;
export const RenameCostCenterDocument = new TypedDocumentString(`
    mutation RenameCostCenter($accountId: ID!, $costCenterKey: ID!) {
  renameCostCenter(
    input: {accountId: $accountId, key: $costCenterKey, name: "Reefers"}
  ) {
    outcome
    reason
    message
    costCenter {
      id
      key
      name
    }
  }
}
    `, {"hash":"a4b2ffed278ea50eb1d136ab98b070804789b169edc771c81ccf513f752a24df"}) as unknown as TypedDocumentString<RenameCostCenterMutation, RenameCostCenterMutationVariables>;
export const RenewClientKeyDocument = new TypedDocumentString(`
    mutation RenewClientKey($clientId: ID!, $clientName: String!) {
  renewClientKey(input: {id: $clientId, confirm: $clientName}) {
    outcome
    message
    secretStatus
    clientSecret
    requiresReauthorization
  }
}
    `, {"hash":"cd82bd6ecc94551e9270f0947bb2c63e0c7944c596be3c3de3ffddb50a058720"}) as unknown as TypedDocumentString<RenewClientKeyMutation, RenewClientKeyMutationVariables>;
export const ResetConnectionDocument = new TypedDocumentString(`
    mutation ResetConnection($accountId: ID!, $iccid: ICCID!) {
  resetConnection(
    input: {accountId: $accountId, subscriptions: [{iccid: $iccid}], requestKey: "my first reset", waitUpTo: 20}
  ) {
    results {
      iccid
      outcome
      reason
      message
      request {
        id
        status
        completedAt
        subscriptions {
          outcome
        }
      }
    }
    counts {
      submitted
      failed
      rejected
      unknown
    }
  }
}
    `, {"hash":"e038809b4d0d23147c42e90e4518182f72102d636d455e79e1f0000a33f96578"}) as unknown as TypedDocumentString<ResetConnectionMutation, ResetConnectionMutationVariables>;
export const ResolveOrderDocument = new TypedDocumentString(`
    mutation ResolveOrder($accountId: ID!, $intentId: ID! = "as unresolvedOrders names it") {
  resolveOrder(
    input: {accountId: $accountId, intentId: $intentId, didNotArrive: true, confirm: 1}
  ) {
    outcome
    reason
    field
    message
    results {
      iccid
      outcome
      reason
    }
  }
}
    `, {"hash":"ec5c8a6f8f5d74b7b6e14c87a1c0aeb45470a057770343d02e21c12504a89fa8"}) as unknown as TypedDocumentString<ResolveOrderMutation, ResolveOrderMutationVariables>;
export const RetryEsimRequestDocument = new TypedDocumentString(`
    mutation RetryEsimRequest($accountId: ID!, $failedEsimRequestId: ID!) {
  retryEsimRequest(input: {accountId: $accountId, id: $failedEsimRequestId}) {
    results {
      eid
      outcome
      reason
      message
    }
    request {
      id
      status
    }
  }
}
    `, {"hash":"61a3796eaefe0dc616ebc13cd4c9f9a95683be43e1fb14600e1b7deaad0c06e2"}) as unknown as TypedDocumentString<RetryEsimRequestMutation, RetryEsimRequestMutationVariables>;
export const SendSmsDocument = new TypedDocumentString(`
    mutation SendSms($accountId: ID!, $iccid: ICCID!, $requestKey: String! = "my first text") {
  sendSms(
    input: {accountId: $accountId, to: {iccid: $iccid}, text: "Report now", requestKey: $requestKey}
  ) {
    outcome
    reason
    message
    messageId
    encoding
    parts
  }
}
    `, {"hash":"60af0509083c537fed39fc75523ae31ab8176ce5048d88cd5e0fde7a67d9ccd4"}) as unknown as TypedDocumentString<SendSmsMutation, SendSmsMutationVariables>;
export const SessionsByIccidDocument = new TypedDocumentString(`
    query SessionsByIccid($accountId: ID!, $iccids: [ICCID!]!) {
  sessionsByIccid(accountId: $accountId, iccids: $iccids, newest: 2) {
    iccid
    msisdn
    subscriptionUrn
    count
    sessions {
      startedAt
      endedAt
      apn
    }
    subscription {
      state
    }
  }
}
    `, {"hash":"0044110088a8562c43ed72a69e0b463312418afb71340177ea03819f3d83e25d"}) as unknown as TypedDocumentString<SessionsByIccidQuery, SessionsByIccidQueryVariables>;
export const SetConnectedHardwareDocument = new TypedDocumentString(`
    mutation SetConnectedHardware($accountId: ID!, $iccid: ICCID!) {
  setConnectedHardware(
    input: {accountId: $accountId, subscriptions: [{iccid: $iccid, imei: "490154203237518", serialNumber: "SN-1"}], requestKey: "my first device", waitUpTo: 10}
  ) {
    results {
      outcome
      reason
      message
      subscription {
        device {
          imei
          serialNumber
          modelNumber
        }
      }
    }
  }
}
    `, {"hash":"6198ba73479204b8289bae80839b348a76de8d1257589bd86cb608f6a1fa8be6"}) as unknown as TypedDocumentString<SetConnectedHardwareMutation, SetConnectedHardwareMutationVariables>;
export const SetCustomFieldsDocument = new TypedDocumentString(`
    mutation SetCustomFields($accountId: ID!, $iccid: ICCID!) {
  setCustomFields(
    input: {accountId: $accountId, subscriptions: [{iccid: $iccid, fields: [{key: "site", value: "Antwerp"}]}], waitUpTo: 10}
  ) {
    results {
      iccid
      outcome
      reason
      message
      subscription {
        customFields {
          key
          value
        }
      }
      request {
        id
        status
      }
    }
  }
}
    `, {"hash":"b73e453c7be230c8cf10a65bafbc7f7ddefad9abbe71a23a44b9f036980ea2f0"}) as unknown as TypedDocumentString<SetCustomFieldsMutation, SetCustomFieldsMutationVariables>;
export const SimCountsDocument = new TypedDocumentString(`
    query SimCounts($accountId: ID!) {
  account(id: $accountId) {
    id
    simCounts {
      state
      count
    }
  }
}
    `, {"hash":"4507c22207131aab7134f8844974f71f1b50da3914d744252dfd0df2d06afceb"}) as unknown as TypedDocumentString<SimCountsQuery, SimCountsQueryVariables>;
export const SimSessionsDocument = new TypedDocumentString(`
    query SimSessions($accountId: ID!, $iccid: ICCID!) {
  subscription(accountId: $accountId, iccid: $iccid) {
    iccid
    isInSession
    inSessionUpdatedAt
    sessions(first: 5) {
      totalCount
      nodes {
        sessionId
        startedAt
        endedAt
        apn
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
}
    `, {"hash":"770937229792bcbb1a6019ccedd9f91d0068ad94a31abe967a5b8a6ea51f9487"}) as unknown as TypedDocumentString<SimSessionsQuery, SimSessionsQueryVariables>;
export const SimUsageDocument = new TypedDocumentString(`
    query SimUsage($accountId: ID!, $iccid: ICCID!, $from: Date!, $to: Date!) {
  subscription(accountId: $accountId, iccid: $iccid) {
    id
    iccid
    usage(from: $from, to: $to) {
      from
      to
      source
      isRecorded
      data {
        total
        unit
        daily {
          date
          total
        }
      }
      sms {
        total
        unit
      }
      voice {
        total
        unit
      }
    }
  }
}
    `, {"hash":"9b154e4859a4f9929a23c1c78570f1f3cece2cee94e6a99454d959651a13c5fe"}) as unknown as TypedDocumentString<SimUsageQuery, SimUsageQueryVariables>;
export const SimDocument = new TypedDocumentString(`
    query Sim($accountId: ID!, $iccid: ICCID!) {
  subscription(accountId: $accountId, iccid: $iccid) {
    id
    iccid
    state
    rawState
    isEsim
    eid
    rspState
    imsi
    msisdns
    account {
      name
    }
    serviceType {
      name
    }
    costCenter {
      name
    }
    profile {
      plans {
        name
        type
        usageType
      }
      features {
        name
      }
    }
    apns {
      apnId
      ipAddress
    }
    device {
      imei
      serialNumber
      modelNumber
    }
    customFields {
      key
      value
    }
    stateHistory {
      state
      startedAt
      endedAt
      isCurrent
    }
    eligibleActivationProfiles {
      id
      name
    }
    lastProvisioningRequest {
      id
      action
      status
    }
  }
}
    `, {"hash":"24f290b8315ac57170e5aa9e7d3cd8b8b298358376dad1b88955b62994f8ab69"}) as unknown as TypedDocumentString<SimQuery, SimQueryVariables>;
export const SimsByIccidDocument = new TypedDocumentString(`
    query SimsByIccid($accountId: ID!, $iccids: [ICCID!]!) {
  subscriptionsByIccid(accountId: $accountId, iccids: $iccids) {
    id
    iccid
    state
    costCenter {
      name
    }
  }
}
    `, {"hash":"a74a04ce5575b0956a623f474a6a9fa4b2aaff7199668c7aaef623a094927b52"}) as unknown as TypedDocumentString<SimsByIccidQuery, SimsByIccidQueryVariables>;
export const SimsDocument = new TypedDocumentString(`
    query Sims($accountId: ID!, $first: Int = 100, $after: String, $filter: SimSubscriptionFilter, $orderBy: SimSubscriptionSort) {
  subscriptions(
    accountId: $accountId
    first: $first
    after: $after
    filter: $filter
    orderBy: $orderBy
  ) {
    totalCount
    pageInfo {
      hasNextPage
      endCursor
    }
    nodes {
      id
      iccid
      state
      msisdns
      costCenter {
        name
      }
      profile {
        id
        plans {
          name
        }
      }
    }
  }
}
    `, {"hash":"1ce8fb31031859862771b914df7f30c977bc24e9d00e7da2f8104a5d44bae90e"}) as unknown as TypedDocumentString<SimsQuery, SimsQueryVariables>;
export const SmsMessagesDocument = new TypedDocumentString(`
    query SmsMessages($accountId: ID!) {
  account(id: $accountId) {
    smsMessages(first: 20) {
      totalCount
      nodes {
        id
        iccid
        status
        detail
        createdAt
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
}
    `, {"hash":"8f618bdb846f9ebc589c5323b7d1a66ab37bdaf30ae86355827aa3fbcd9924fd"}) as unknown as TypedDocumentString<SmsMessagesQuery, SmsMessagesQueryVariables>;
export const SuspendClientDocument = new TypedDocumentString(`
    mutation SuspendClient($clientId: ID!) {
  disableClient(input: {id: $clientId}) {
    outcome
    message
  }
  enableClient(input: {id: $clientId}) {
    outcome
    message
  }
}
    `, {"hash":"206cab767404079b1bfeb8a620d790b595d4085eb91d981a2d5bb7ecfb04f985"}) as unknown as TypedDocumentString<SuspendClientMutation, SuspendClientMutationVariables>;
export const SuspendSimsDocument = new TypedDocumentString(`
    mutation SuspendSims($accountId: ID!, $sims: [SimSelector!]!) {
  suspendSubscriptions(input: {accountId: $accountId, subscriptions: $sims}) {
    koreRequests
    counts {
      submitted
      alreadySatisfied
      rejected
      unknown
    }
    requests {
      id
    }
    results {
      iccid
      outcome
      reason
      request {
        id
      }
    }
  }
}
    `, {"hash":"d2c3ee2d75307984f3171e3b53ed940d80dc025b410224f45c82a100c77e4f06"}) as unknown as TypedDocumentString<SuspendSimsMutation, SuspendSimsMutationVariables>;
export const SwitchEsimProfileDocument = new TypedDocumentString(`
    mutation SwitchEsimProfile($accountId: ID!, $switchEid: EID!, $esimActivationProfileId: ID!) {
  switchEsimProfiles(
    input: {accountId: $accountId, esims: [{eid: $switchEid}], activationProfileId: $esimActivationProfileId, oldSubscription: SUSPEND, requestKey: "my first switch"}
  ) {
    results {
      eid
      outcome
      reason
      field
      message
      request {
        id
        status
        rawStatus
      }
    }
    counts {
      submitted
      failed
      rejected
      unknown
    }
  }
}
    `, {"hash":"d8fd8baaf735c5e1c2ff3b598e1bcb1ab04948ed7b7baa0c64ccd1a61061593e"}) as unknown as TypedDocumentString<SwitchEsimProfileMutation, SwitchEsimProfileMutationVariables>;
export const TransferClientDocument = new TypedDocumentString(`
    mutation TransferClient($clientId: ID!, $newOwner: EmailAddress!) {
  transferClientOwnership(input: {id: $clientId, newOwner: $newOwner}) {
    outcome
    message
    client {
      name
      owner
    }
  }
}
    `, {"hash":"615bf8cc44d6d74d027f3e144542b237211486bf768ad292fc92e0ea84c5e163"}) as unknown as TypedDocumentString<TransferClientMutation, TransferClientMutationVariables>;
export const TransferSimsDocument = new TypedDocumentString(`
    mutation TransferSims($accountId: ID!, $childAccountId: ID!, $transferIccid: ICCID!) {
  transferSubscriptions(
    input: {accountId: $accountId, destinationAccountId: $childAccountId, subscriptions: [{iccid: $transferIccid}], confirm: 1, waitUpTo: 20}
  ) {
    results {
      iccid
      outcome
      reason
      message
      subscription {
        accountId
        state
      }
    }
  }
}
    `, {"hash":"887108408dd9b61a6df4a55f0f6ef013f096456ab0bf43ca4b358187e4720da3"}) as unknown as TypedDocumentString<TransferSimsMutation, TransferSimsMutationVariables>;
export const UnresolvedOrdersDocument = new TypedDocumentString(`
    query UnresolvedOrders($accountId: ID!) {
  unresolvedOrders(accountId: $accountId) {
    intentId
    verb
    sentAt
    message
    advice
    subscriptions {
      subscriptionId
      iccid
    }
    candidates {
      requestId
      hasSameSims
      fitsInTime
    }
  }
}
    `, {"hash":"d4776feb4700791d7f6c1ad814a2087d3df9a570937a79bf72a3e7e3f273c562"}) as unknown as TypedDocumentString<UnresolvedOrdersQuery, UnresolvedOrdersQueryVariables>;
export const UpdateClientDocument = new TypedDocumentString(`
    mutation UpdateClient($clientId: ID!) {
  updateClient(
    input: {id: $clientId, tokenLifetime: ONE_HOUR, products: [SUPER_SIM, PROGRAMMABLE_WIRELESS]}
  ) {
    outcome
    reason
    message
    requiresReauthorization
    client {
      id
      name
      type
    }
  }
}
    `, {"hash":"2a3b1470537a2a2af1183eb138944d3dcfd421b1617dcce583395c3000565f13"}) as unknown as TypedDocumentString<UpdateClientMutation, UpdateClientMutationVariables>;
export const UsageBySimDocument = new TypedDocumentString(`
    query UsageBySim($accountId: ID!, $iccids: [ICCID!]!, $from: Date!, $to: Date!) {
  usageBySim(accountId: $accountId, iccids: $iccids, from: $from, to: $to) {
    iccid
    subscription {
      state
    }
    usage {
      data {
        total
        unit
      }
      sms {
        total
      }
    }
  }
}
    `, {"hash":"bc9c5c040b79b388d9e210886add4c721df098db8bc19ae0c48accb983eae27c"}) as unknown as TypedDocumentString<UsageBySimQuery, UsageBySimQueryVariables>;
export const WatchAccountEventsDocument = new TypedDocumentString(`
    subscription WatchAccountEvents($accountId: ID!, $types: [AccountEventType!]) {
  accountEvents(accountId: $accountId, types: $types) {
    ... on KoreEvent {
      type
      eventName
      ruleName
      at
    }
    ... on SimStateChange {
      subscriptionId
      oldState
      newState
    }
    ... on ProvisioningRequestStatusChange {
      provisioningRequestId
    }
    ... on SmsFromSim {
      mid
      iccid
      detail
    }
    ... on SmsStatusChange {
      messageId
      status
    }
    ... on OtherEvent {
      data
    }
  }
}
    `, {"hash":"5e109c1651d657db8fe39f37b0cbe30e782cde3169fc1d703e07b6ebe37346d4"}) as unknown as TypedDocumentString<WatchAccountEventsSubscription, WatchAccountEventsSubscriptionVariables>;
export const WatchDiagnosticsRequestDocument = new TypedDocumentString(`
    subscription WatchDiagnosticsRequest($accountId: ID!, $diagnosticsRequestId: ID!) {
  diagnosticsRequestUpdated(accountId: $accountId, id: $diagnosticsRequestId) {
    id
    status
    subscriptions {
      outcome
    }
  }
}
    `, {"hash":"4d283cf884cd8811b2360845179d2a8f7b6fe86976d84523fd9edd7753d6942a"}) as unknown as TypedDocumentString<WatchDiagnosticsRequestSubscription, WatchDiagnosticsRequestSubscriptionVariables>;
export const WatchEsimRequestDocument = new TypedDocumentString(`
    subscription WatchEsimRequest($accountId: ID!, $esimRequestId: ID!) {
  esimRequestUpdated(accountId: $accountId, id: $esimRequestId) {
    id
    type
    status
    esims {
      eid
      outcome
      rawStatus
      message
      newSubscription {
        iccid
        imsi
        msisdns
        state
        apns {
          ipAddress
        }
      }
    }
  }
}
    `, {"hash":"e4e9949f677211ca26a9a33de3a259e8af37cd4cd7e08b50ea1925c2995b775e"}) as unknown as TypedDocumentString<WatchEsimRequestSubscription, WatchEsimRequestSubscriptionVariables>;
export const WatchProvisioningRequestDocument = new TypedDocumentString(`
    subscription WatchProvisioningRequest($accountId: ID!, $provisioningRequestId: ID!) {
  provisioningRequestUpdated(accountId: $accountId, id: $provisioningRequestId) {
    status
    progress {
      done
      failed
      pending
      total
    }
    subscriptions {
      iccid
      outcome
      message
    }
  }
}
    `, {"hash":"47de7234fc19839b7ebfc462e4e98e82af3eb5ded97e55ebf7696cd8b19d7b0a"}) as unknown as TypedDocumentString<WatchProvisioningRequestSubscription, WatchProvisioningRequestSubscriptionVariables>;
export const WatchSimStatesDocument = new TypedDocumentString(`
    subscription WatchSimStates($accountId: ID!) {
  subscriptionStateChanged(accountId: $accountId) {
    subscriptionId
    oldState
    newState
    at
  }
}
    `, {"hash":"eb5152c54b664e1f6aae861afc3e2cbd84d2dd3c9b003cefc701d30665b50c1a"}) as unknown as TypedDocumentString<WatchSimStatesSubscription, WatchSimStatesSubscriptionVariables>;
export const WatchSmsDocument = new TypedDocumentString(`
    subscription WatchSms($accountId: ID!) {
  smsStatusChanged(accountId: $accountId) {
    messageId
    status
    errorCode
    iccid
    at
  }
}
    `, {"hash":"ae9c4ec23b1bb56b3c7d465e96bd9a70b936cac97c3884e80a3f46389162ef78"}) as unknown as TypedDocumentString<WatchSmsSubscription, WatchSmsSubscriptionVariables>;
export const WatchSubscriptionRequestDocument = new TypedDocumentString(`
    subscription WatchSubscriptionRequest($accountId: ID!, $subscriptionRequestId: ID!) {
  subscriptionRequestUpdated(accountId: $accountId, id: $subscriptionRequestId) {
    id
    status
    subscriptions {
      outcome
    }
  }
}
    `, {"hash":"9c8f7bad23883cb90a8379b38eee801e37e0dee9912cc51b23e4c07b1062719a"}) as unknown as TypedDocumentString<WatchSubscriptionRequestSubscription, WatchSubscriptionRequestSubscriptionVariables>;