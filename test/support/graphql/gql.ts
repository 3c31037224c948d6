/* eslint-disable */
import * as types from './graphql.ts';



/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "query Accounts {\n  accounts {\n    id\n    number\n    name\n    subscriptions(first: 3) {\n      totalCount\n      nodes {\n        iccid\n        state\n        costCenter {\n          name\n        }\n      }\n    }\n    activationProfiles {\n      id\n      name\n    }\n  }\n}": typeof types.AccountsDocument,
    "mutation ActivateSim($accountId: ID!, $stockIccid: ICCID!, $activationProfileId: ID!) {\n  activateSubscriptions(\n    input: {accountId: $accountId, activationState: TEST, activationProfileId: $activationProfileId, subscriptions: [{iccid: $stockIccid}], requestKey: \"my first activation\"}\n  ) {\n    results {\n      iccid\n      outcome\n      reason\n      message\n      subscription {\n        state\n      }\n    }\n    requests {\n      id\n      status\n    }\n    unchecked {\n      requirement\n      basis\n      message\n    }\n  }\n}": typeof types.ActivateSimDocument,
    "query ActivationProfiles($accountId: ID!) {\n  account(id: $accountId) {\n    activationProfiles {\n      id\n      name\n      description\n      serviceType {\n        name\n      }\n      productOffer\n      plans {\n        name\n        usageType\n      }\n      features {\n        name\n      }\n      createdAt\n      createdBy\n    }\n  }\n}": typeof types.ActivationProfilesDocument,
    "query ApiClientsOfAccount($accountId: ID!, $first: Int = 20, $after: String) {\n  account(id: $accountId) {\n    clients(first: $first, after: $after) {\n      totalCount\n      nodes {\n        id\n        name\n        type\n        isLocked\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n}": typeof types.ApiClientsOfAccountDocument,
    "query ApiClients {\n  clients(first: 20) {\n    nodes {\n      id\n      name\n      type\n      owner\n      isLocked\n      createdAt\n      accountId\n      account {\n        id\n        name\n      }\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n  }\n}": typeof types.ApiClientsDocument,
    "query Capabilities {\n  capabilities {\n    mode\n    unpublishedClientOperations\n    limits {\n      pageSize\n      iccidsPerQuery\n      iccidsPerFilter\n      simsPerMutation\n      waitSeconds\n      bodyBytes\n      tokens\n      depth\n      aliases\n      rootFields\n      directives\n      selections\n      representations\n      koreRequests\n      operationsPerMinute\n      koreRequestsPerMinute\n    }\n  }\n}": typeof types.CapabilitiesDocument,
    "query Catalog($accountId: ID!) {\n  account(id: $accountId) {\n    serviceTypes {\n      serviceTypeId\n      name\n    }\n    plans {\n      planId\n      name\n      usageType\n      planType {\n        name\n      }\n      serviceType {\n        name\n      }\n    }\n    features {\n      featureId\n      name\n      description\n      usageType\n    }\n  }\n}": typeof types.CatalogDocument,
    "mutation CreateClient {\n  createClient(\n    input: {name: \"Depot dashboard\", products: [SUPER_SIM], requestKey: \"my first client\"}\n  ) {\n    outcome\n    message\n    secretStatus\n    clientSecret\n    client {\n      id\n      name\n      type\n      owner\n      createdAt\n    }\n  }\n}": typeof types.CreateClientDocument,
    "query DailySubscriptionsReport($accountId: ID!, $date: Date) {\n  account(id: $accountId) {\n    id\n    dailySubscriptionsReport(date: $date) {\n      fileName\n      fileType\n      generatedAt\n      checksum {\n        type\n        value\n      }\n      url\n    }\n  }\n}": typeof types.DailySubscriptionsReportDocument,
    "mutation DeleteClient($doomedClientId: ID!, $doomedClientName: String!) {\n  deleteClient(input: {id: $doomedClientId, confirm: $doomedClientName}) {\n    outcome\n    reason\n    message\n    client {\n      id\n    }\n  }\n}": typeof types.DeleteClientDocument,
    "query DiagnosticsRequest($accountId: ID!, $diagnosticsRequestId: ID!) {\n  diagnosticsRequest(accountId: $accountId, id: $diagnosticsRequestId) {\n    id\n    rawType\n    rawStatus\n    subscriptions {\n      outcome\n      subscription {\n        iccid\n        state\n      }\n    }\n  }\n}": typeof types.DiagnosticsRequestDocument,
    "query DiagnosticsRequests($accountId: ID!, $first: Int = 10, $after: String) {\n  account(id: $accountId) {\n    diagnosticsRequests(first: $first, after: $after) {\n      totalCount\n      nodes {\n        id\n        type\n        status\n        serviceType\n        numberOfSubscriptions\n        createdAt\n        completedAt\n        source\n        requestedBy\n        message\n        subscriptions {\n          iccid\n          outcome\n          rawOutcome\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n}": typeof types.DiagnosticsRequestsDocument,
    "query Esim($accountId: ID!, $eid: EID!) {\n  subscriptions(accountId: $accountId, filter: {eid: $eid}) {\n    nodes {\n      id\n      iccid\n      rspState\n      state\n      productOffer\n    }\n  }\n}": typeof types.EsimDocument,
    "mutation LockClient($clientId: ID!) {\n  lockClient(input: {id: $clientId}) {\n    outcome\n    message\n    client {\n      isLocked\n    }\n  }\n  unlockClient(input: {id: $clientId}) {\n    outcome\n    message\n    client {\n      isLocked\n    }\n  }\n}": typeof types.LockClientDocument,
    "query PlanUsage($accountId: ID!, $planId: ID!, $from: Date!, $to: Date!) {\n  plan(accountId: $accountId, id: $planId) {\n    planId\n    name\n    usageType\n    usage(from: $from, to: $to) {\n      usage {\n        total\n        unit\n        daily {\n          date\n          total\n        }\n      }\n    }\n  }\n}": typeof types.PlanUsageDocument,
    "query ProvisioningRequest($accountId: ID!, $provisioningRequestId: ID!) {\n  provisioningRequest(accountId: $accountId, id: $provisioningRequestId) {\n    action\n    status\n    createdAt\n    completedAt\n    provisionedBy\n    activationProfile {\n      name\n    }\n    progress {\n      done\n      failed\n      pending\n      unknown\n      total\n    }\n    subscriptions {\n      iccid\n      outcome\n      message\n      subscription {\n        state\n      }\n    }\n  }\n}": typeof types.ProvisioningRequestDocument,
    "query ProvisioningRequests($accountId: ID!, $first: Int = 20, $after: String) {\n  account(id: $accountId) {\n    provisioningRequests(first: $first, after: $after) {\n      totalCount\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      nodes {\n        id\n        action\n        status\n        createdAt\n        completedAt\n        source\n        numberOfSubscriptions\n      }\n    }\n  }\n}": typeof types.ProvisioningRequestsDocument,
    "mutation ReactivateSims($accountId: ID!, $sims: [SimSelector!]!) {\n  reactivateSubscriptions(input: {accountId: $accountId, subscriptions: $sims}) {\n    koreRequests\n    counts {\n      submitted\n      alreadySatisfied\n      rejected\n      unknown\n    }\n    requests {\n      id\n    }\n    results {\n      iccid\n      outcome\n      reason\n    }\n  }\n}": typeof types.ReactivateSimsDocument,
    "mutation RehearseSuspension($accountId: ID!, $sims: [SimSelector!]!) {\n  suspendSubscriptions(\n    input: {accountId: $accountId, subscriptions: $sims, dryRun: true}\n  ) {\n    isDryRun\n    koreRequests\n    results {\n      iccid\n      outcome\n      reason\n      field\n      message\n    }\n  }\n}": typeof types.RehearseSuspensionDocument,
    "mutation RenewClientKey($clientId: ID!, $clientName: String!) {\n  renewClientKey(input: {id: $clientId, confirm: $clientName}) {\n    outcome\n    message\n    secretStatus\n    clientSecret\n    requiresReauthorization\n  }\n}": typeof types.RenewClientKeyDocument,
    "mutation ResetConnection($accountId: ID!, $iccid: ICCID!) {\n  resetConnection(\n    input: {accountId: $accountId, subscriptions: [{iccid: $iccid}], requestKey: \"my first reset\", waitUpTo: 20}\n  ) {\n    results {\n      iccid\n      outcome\n      reason\n      message\n      request {\n        id\n        status\n        completedAt\n        subscriptions {\n          outcome\n        }\n      }\n    }\n    counts {\n      submitted\n      failed\n      rejected\n      unknown\n    }\n  }\n}": typeof types.ResetConnectionDocument,
    "mutation ResolveOrder($accountId: ID!, $intentId: ID! = \"as unresolvedOrders names it\") {\n  resolveOrder(\n    input: {accountId: $accountId, intentId: $intentId, didNotArrive: true, confirm: 1}\n  ) {\n    outcome\n    reason\n    field\n    message\n    results {\n      iccid\n      outcome\n      reason\n    }\n  }\n}": typeof types.ResolveOrderDocument,
    "query SessionsByIccid($accountId: ID!, $iccids: [ICCID!]!) {\n  sessionsByIccid(accountId: $accountId, iccids: $iccids, newest: 2) {\n    iccid\n    msisdn\n    subscriptionUrn\n    count\n    sessions {\n      startedAt\n      endedAt\n      apn\n    }\n    subscription {\n      state\n    }\n  }\n}": typeof types.SessionsByIccidDocument,
    "query SimCounts($accountId: ID!) {\n  account(id: $accountId) {\n    id\n    simCounts {\n      state\n      count\n    }\n  }\n}": typeof types.SimCountsDocument,
    "query SimSessions($accountId: ID!, $iccid: ICCID!) {\n  subscription(accountId: $accountId, iccid: $iccid) {\n    iccid\n    isInSession\n    inSessionUpdatedAt\n    sessions(first: 5) {\n      totalCount\n      nodes {\n        sessionId\n        startedAt\n        endedAt\n        apn\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n}": typeof types.SimSessionsDocument,
    "query SimUsage($accountId: ID!, $iccid: ICCID!, $from: Date!, $to: Date!) {\n  subscription(accountId: $accountId, iccid: $iccid) {\n    id\n    iccid\n    usage(from: $from, to: $to) {\n      from\n      to\n      source\n      isRecorded\n      data {\n        total\n        unit\n        daily {\n          date\n          total\n        }\n      }\n      sms {\n        total\n        unit\n      }\n      voice {\n        total\n        unit\n      }\n    }\n  }\n}": typeof types.SimUsageDocument,
    "query Sim($accountId: ID!, $iccid: ICCID!) {\n  subscription(accountId: $accountId, iccid: $iccid) {\n    id\n    iccid\n    state\n    rawState\n    isEsim\n    eid\n    rspState\n    imsi\n    msisdns\n    account {\n      name\n    }\n    serviceType {\n      name\n    }\n    costCenter {\n      name\n    }\n    profile {\n      plans {\n        name\n        type\n        usageType\n      }\n      features {\n        name\n      }\n    }\n    apns {\n      apnId\n      ipAddress\n    }\n    device {\n      imei\n      serialNumber\n      modelNumber\n    }\n    customFields {\n      key\n      value\n    }\n    stateHistory {\n      state\n      startedAt\n      endedAt\n      isCurrent\n    }\n    eligibleActivationProfiles {\n      id\n      name\n    }\n    lastProvisioningRequest {\n      id\n      action\n      status\n    }\n  }\n}": typeof types.SimDocument,
    "query SimsByIccid($accountId: ID!, $iccids: [ICCID!]!) {\n  subscriptionsByIccid(accountId: $accountId, iccids: $iccids) {\n    id\n    iccid\n    state\n    costCenter {\n      name\n    }\n  }\n}": typeof types.SimsByIccidDocument,
    "query Sims($accountId: ID!, $first: Int = 100, $after: String, $filter: SimSubscriptionFilter, $orderBy: SimSubscriptionSort) {\n  subscriptions(\n    accountId: $accountId\n    first: $first\n    after: $after\n    filter: $filter\n    orderBy: $orderBy\n  ) {\n    totalCount\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n    nodes {\n      id\n      iccid\n      state\n      msisdns\n      costCenter {\n        name\n      }\n      profile {\n        id\n        plans {\n          name\n        }\n      }\n    }\n  }\n}": typeof types.SimsDocument,
    "mutation SuspendClient($clientId: ID!) {\n  disableClient(input: {id: $clientId}) {\n    outcome\n    message\n  }\n  enableClient(input: {id: $clientId}) {\n    outcome\n    message\n  }\n}": typeof types.SuspendClientDocument,
    "mutation SuspendSims($accountId: ID!, $sims: [SimSelector!]!) {\n  suspendSubscriptions(input: {accountId: $accountId, subscriptions: $sims}) {\n    koreRequests\n    counts {\n      submitted\n      alreadySatisfied\n      rejected\n      unknown\n    }\n    requests {\n      id\n    }\n    results {\n      iccid\n      outcome\n      reason\n      request {\n        id\n      }\n    }\n  }\n}": typeof types.SuspendSimsDocument,
    "mutation TransferClient($clientId: ID!, $newOwner: EmailAddress!) {\n  transferClientOwnership(input: {id: $clientId, newOwner: $newOwner}) {\n    outcome\n    message\n    client {\n      name\n      owner\n    }\n  }\n}": typeof types.TransferClientDocument,
    "query UnresolvedOrders($accountId: ID!) {\n  unresolvedOrders(accountId: $accountId) {\n    intentId\n    verb\n    sentAt\n    message\n    advice\n    subscriptions {\n      subscriptionId\n      iccid\n    }\n    candidates {\n      requestId\n      hasSameSims\n      fitsInTime\n    }\n  }\n}": typeof types.UnresolvedOrdersDocument,
    "mutation UpdateClient($clientId: ID!) {\n  updateClient(\n    input: {id: $clientId, tokenLifetime: ONE_HOUR, products: [SUPER_SIM, PROGRAMMABLE_WIRELESS]}\n  ) {\n    outcome\n    reason\n    message\n    requiresReauthorization\n    client {\n      id\n      name\n      type\n    }\n  }\n}": typeof types.UpdateClientDocument,
    "query UsageBySim($accountId: ID!, $iccids: [ICCID!]!, $from: Date!, $to: Date!) {\n  usageBySim(accountId: $accountId, iccids: $iccids, from: $from, to: $to) {\n    iccid\n    subscription {\n      state\n    }\n    usage {\n      data {\n        total\n        unit\n      }\n      sms {\n        total\n      }\n    }\n  }\n}": typeof types.UsageBySimDocument,
    "subscription WatchDiagnosticsRequest($accountId: ID!, $diagnosticsRequestId: ID!) {\n  diagnosticsRequestUpdated(accountId: $accountId, id: $diagnosticsRequestId) {\n    id\n    status\n    subscriptions {\n      outcome\n    }\n  }\n}": typeof types.WatchDiagnosticsRequestDocument,
    "subscription WatchProvisioningRequest($accountId: ID!, $provisioningRequestId: ID!) {\n  provisioningRequestUpdated(accountId: $accountId, id: $provisioningRequestId) {\n    status\n    progress {\n      done\n      failed\n      pending\n      total\n    }\n    subscriptions {\n      iccid\n      outcome\n      message\n    }\n  }\n}": typeof types.WatchProvisioningRequestDocument,
    "subscription WatchSimStates($accountId: ID!) {\n  subscriptionStateChanged(accountId: $accountId) {\n    subscriptionId\n    oldState\n    newState\n    at\n  }\n}": typeof types.WatchSimStatesDocument,
};
const documents: Documents = {
    "query Accounts {\n  accounts {\n    id\n    number\n    name\n    subscriptions(first: 3) {\n      totalCount\n      nodes {\n        iccid\n        state\n        costCenter {\n          name\n        }\n      }\n    }\n    activationProfiles {\n      id\n      name\n    }\n  }\n}": types.AccountsDocument,
    "mutation ActivateSim($accountId: ID!, $stockIccid: ICCID!, $activationProfileId: ID!) {\n  activateSubscriptions(\n    input: {accountId: $accountId, activationState: TEST, activationProfileId: $activationProfileId, subscriptions: [{iccid: $stockIccid}], requestKey: \"my first activation\"}\n  ) {\n    results {\n      iccid\n      outcome\n      reason\n      message\n      subscription {\n        state\n      }\n    }\n    requests {\n      id\n      status\n    }\n    unchecked {\n      requirement\n      basis\n      message\n    }\n  }\n}": types.ActivateSimDocument,
    "query ActivationProfiles($accountId: ID!) {\n  account(id: $accountId) {\n    activationProfiles {\n      id\n      name\n      description\n      serviceType {\n        name\n      }\n      productOffer\n      plans {\n        name\n        usageType\n      }\n      features {\n        name\n      }\n      createdAt\n      createdBy\n    }\n  }\n}": types.ActivationProfilesDocument,
    "query ApiClientsOfAccount($accountId: ID!, $first: Int = 20, $after: String) {\n  account(id: $accountId) {\n    clients(first: $first, after: $after) {\n      totalCount\n      nodes {\n        id\n        name\n        type\n        isLocked\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n}": types.ApiClientsOfAccountDocument,
    "query ApiClients {\n  clients(first: 20) {\n    nodes {\n      id\n      name\n      type\n      owner\n      isLocked\n      createdAt\n      accountId\n      account {\n        id\n        name\n      }\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n  }\n}": types.ApiClientsDocument,
    "query Capabilities {\n  capabilities {\n    mode\n    unpublishedClientOperations\n    limits {\n      pageSize\n      iccidsPerQuery\n      iccidsPerFilter\n      simsPerMutation\n      waitSeconds\n      bodyBytes\n      tokens\n      depth\n      aliases\n      rootFields\n      directives\n      selections\n      representations\n      koreRequests\n      operationsPerMinute\n      koreRequestsPerMinute\n    }\n  }\n}": types.CapabilitiesDocument,
    "query Catalog($accountId: ID!) {\n  account(id: $accountId) {\n    serviceTypes {\n      serviceTypeId\n      name\n    }\n    plans {\n      planId\n      name\n      usageType\n      planType {\n        name\n      }\n      serviceType {\n        name\n      }\n    }\n    features {\n      featureId\n      name\n      description\n      usageType\n    }\n  }\n}": types.CatalogDocument,
    "mutation CreateClient {\n  createClient(\n    input: {name: \"Depot dashboard\", products: [SUPER_SIM], requestKey: \"my first client\"}\n  ) {\n    outcome\n    message\n    secretStatus\n    clientSecret\n    client {\n      id\n      name\n      type\n      owner\n      createdAt\n    }\n  }\n}": types.CreateClientDocument,
    "query DailySubscriptionsReport($accountId: ID!, $date: Date) {\n  account(id: $accountId) {\n    id\n    dailySubscriptionsReport(date: $date) {\n      fileName\n      fileType\n      generatedAt\n      checksum {\n        type\n        value\n      }\n      url\n    }\n  }\n}": types.DailySubscriptionsReportDocument,
    "mutation DeleteClient($doomedClientId: ID!, $doomedClientName: String!) {\n  deleteClient(input: {id: $doomedClientId, confirm: $doomedClientName}) {\n    outcome\n    reason\n    message\n    client {\n      id\n    }\n  }\n}": types.DeleteClientDocument,
    "query DiagnosticsRequest($accountId: ID!, $diagnosticsRequestId: ID!) {\n  diagnosticsRequest(accountId: $accountId, id: $diagnosticsRequestId) {\n    id\n    rawType\n    rawStatus\n    subscriptions {\n      outcome\n      subscription {\n        iccid\n        state\n      }\n    }\n  }\n}": types.DiagnosticsRequestDocument,
    "query DiagnosticsRequests($accountId: ID!, $first: Int = 10, $after: String) {\n  account(id: $accountId) {\n    diagnosticsRequests(first: $first, after: $after) {\n      totalCount\n      nodes {\n        id\n        type\n        status\n        serviceType\n        numberOfSubscriptions\n        createdAt\n        completedAt\n        source\n        requestedBy\n        message\n        subscriptions {\n          iccid\n          outcome\n          rawOutcome\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n}": types.DiagnosticsRequestsDocument,
    "query Esim($accountId: ID!, $eid: EID!) {\n  subscriptions(accountId: $accountId, filter: {eid: $eid}) {\n    nodes {\n      id\n      iccid\n      rspState\n      state\n      productOffer\n    }\n  }\n}": types.EsimDocument,
    "mutation LockClient($clientId: ID!) {\n  lockClient(input: {id: $clientId}) {\n    outcome\n    message\n    client {\n      isLocked\n    }\n  }\n  unlockClient(input: {id: $clientId}) {\n    outcome\n    message\n    client {\n      isLocked\n    }\n  }\n}": types.LockClientDocument,
    "query PlanUsage($accountId: ID!, $planId: ID!, $from: Date!, $to: Date!) {\n  plan(accountId: $accountId, id: $planId) {\n    planId\n    name\n    usageType\n    usage(from: $from, to: $to) {\n      usage {\n        total\n        unit\n        daily {\n          date\n          total\n        }\n      }\n    }\n  }\n}": types.PlanUsageDocument,
    "query ProvisioningRequest($accountId: ID!, $provisioningRequestId: ID!) {\n  provisioningRequest(accountId: $accountId, id: $provisioningRequestId) {\n    action\n    status\n    createdAt\n    completedAt\n    provisionedBy\n    activationProfile {\n      name\n    }\n    progress {\n      done\n      failed\n      pending\n      unknown\n      total\n    }\n    subscriptions {\n      iccid\n      outcome\n      message\n      subscription {\n        state\n      }\n    }\n  }\n}": types.ProvisioningRequestDocument,
    "query ProvisioningRequests($accountId: ID!, $first: Int = 20, $after: String) {\n  account(id: $accountId) {\n    provisioningRequests(first: $first, after: $after) {\n      totalCount\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      nodes {\n        id\n        action\n        status\n        createdAt\n        completedAt\n        source\n        numberOfSubscriptions\n      }\n    }\n  }\n}": types.ProvisioningRequestsDocument,
    "mutation ReactivateSims($accountId: ID!, $sims: [SimSelector!]!) {\n  reactivateSubscriptions(input: {accountId: $accountId, subscriptions: $sims}) {\n    koreRequests\n    counts {\n      submitted\n      alreadySatisfied\n      rejected\n      unknown\n    }\n    requests {\n      id\n    }\n    results {\n      iccid\n      outcome\n      reason\n    }\n  }\n}": types.ReactivateSimsDocument,
    "mutation RehearseSuspension($accountId: ID!, $sims: [SimSelector!]!) {\n  suspendSubscriptions(\n    input: {accountId: $accountId, subscriptions: $sims, dryRun: true}\n  ) {\n    isDryRun\n    koreRequests\n    results {\n      iccid\n      outcome\n      reason\n      field\n      message\n    }\n  }\n}": types.RehearseSuspensionDocument,
    "mutation RenewClientKey($clientId: ID!, $clientName: String!) {\n  renewClientKey(input: {id: $clientId, confirm: $clientName}) {\n    outcome\n    message\n    secretStatus\n    clientSecret\n    requiresReauthorization\n  }\n}": types.RenewClientKeyDocument,
    "mutation ResetConnection($accountId: ID!, $iccid: ICCID!) {\n  resetConnection(\n    input: {accountId: $accountId, subscriptions: [{iccid: $iccid}], requestKey: \"my first reset\", waitUpTo: 20}\n  ) {\n    results {\n      iccid\n      outcome\n      reason\n      message\n      request {\n        id\n        status\n        completedAt\n        subscriptions {\n          outcome\n        }\n      }\n    }\n    counts {\n      submitted\n      failed\n      rejected\n      unknown\n    }\n  }\n}": types.ResetConnectionDocument,
    "mutation ResolveOrder($accountId: ID!, $intentId: ID! = \"as unresolvedOrders names it\") {\n  resolveOrder(\n    input: {accountId: $accountId, intentId: $intentId, didNotArrive: true, confirm: 1}\n  ) {\n    outcome\n    reason\n    field\n    message\n    results {\n      iccid\n      outcome\n      reason\n    }\n  }\n}": types.ResolveOrderDocument,
    "query SessionsByIccid($accountId: ID!, $iccids: [ICCID!]!) {\n  sessionsByIccid(accountId: $accountId, iccids: $iccids, newest: 2) {\n    iccid\n    msisdn\n    subscriptionUrn\n    count\n    sessions {\n      startedAt\n      endedAt\n      apn\n    }\n    subscription {\n      state\n    }\n  }\n}": types.SessionsByIccidDocument,
    "query SimCounts($accountId: ID!) {\n  account(id: $accountId) {\n    id\n    simCounts {\n      state\n      count\n    }\n  }\n}": types.SimCountsDocument,
    "query SimSessions($accountId: ID!, $iccid: ICCID!) {\n  subscription(accountId: $accountId, iccid: $iccid) {\n    iccid\n    isInSession\n    inSessionUpdatedAt\n    sessions(first: 5) {\n      totalCount\n      nodes {\n        sessionId\n        startedAt\n        endedAt\n        apn\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n}": types.SimSessionsDocument,
    "query SimUsage($accountId: ID!, $iccid: ICCID!, $from: Date!, $to: Date!) {\n  subscription(accountId: $accountId, iccid: $iccid) {\n    id\n    iccid\n    usage(from: $from, to: $to) {\n      from\n      to\n      source\n      isRecorded\n      data {\n        total\n        unit\n        daily {\n          date\n          total\n        }\n      }\n      sms {\n        total\n        unit\n      }\n      voice {\n        total\n        unit\n      }\n    }\n  }\n}": types.SimUsageDocument,
    "query Sim($accountId: ID!, $iccid: ICCID!) {\n  subscription(accountId: $accountId, iccid: $iccid) {\n    id\n    iccid\n    state\n    rawState\n    isEsim\n    eid\n    rspState\n    imsi\n    msisdns\n    account {\n      name\n    }\n    serviceType {\n      name\n    }\n    costCenter {\n      name\n    }\n    profile {\n      plans {\n        name\n        type\n        usageType\n      }\n      features {\n        name\n      }\n    }\n    apns {\n      apnId\n      ipAddress\n    }\n    device {\n      imei\n      serialNumber\n      modelNumber\n    }\n    customFields {\n      key\n      value\n    }\n    stateHistory {\n      state\n      startedAt\n      endedAt\n      isCurrent\n    }\n    eligibleActivationProfiles {\n      id\n      name\n    }\n    lastProvisioningRequest {\n      id\n      action\n      status\n    }\n  }\n}": types.SimDocument,
    "query SimsByIccid($accountId: ID!, $iccids: [ICCID!]!) {\n  subscriptionsByIccid(accountId: $accountId, iccids: $iccids) {\n    id\n    iccid\n    state\n    costCenter {\n      name\n    }\n  }\n}": types.SimsByIccidDocument,
    "query Sims($accountId: ID!, $first: Int = 100, $after: String, $filter: SimSubscriptionFilter, $orderBy: SimSubscriptionSort) {\n  subscriptions(\n    accountId: $accountId\n    first: $first\n    after: $after\n    filter: $filter\n    orderBy: $orderBy\n  ) {\n    totalCount\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n    nodes {\n      id\n      iccid\n      state\n      msisdns\n      costCenter {\n        name\n      }\n      profile {\n        id\n        plans {\n          name\n        }\n      }\n    }\n  }\n}": types.SimsDocument,
    "mutation SuspendClient($clientId: ID!) {\n  disableClient(input: {id: $clientId}) {\n    outcome\n    message\n  }\n  enableClient(input: {id: $clientId}) {\n    outcome\n    message\n  }\n}": types.SuspendClientDocument,
    "mutation SuspendSims($accountId: ID!, $sims: [SimSelector!]!) {\n  suspendSubscriptions(input: {accountId: $accountId, subscriptions: $sims}) {\n    koreRequests\n    counts {\n      submitted\n      alreadySatisfied\n      rejected\n      unknown\n    }\n    requests {\n      id\n    }\n    results {\n      iccid\n      outcome\n      reason\n      request {\n        id\n      }\n    }\n  }\n}": types.SuspendSimsDocument,
    "mutation TransferClient($clientId: ID!, $newOwner: EmailAddress!) {\n  transferClientOwnership(input: {id: $clientId, newOwner: $newOwner}) {\n    outcome\n    message\n    client {\n      name\n      owner\n    }\n  }\n}": types.TransferClientDocument,
    "query UnresolvedOrders($accountId: ID!) {\n  unresolvedOrders(accountId: $accountId) {\n    intentId\n    verb\n    sentAt\n    message\n    advice\n    subscriptions {\n      subscriptionId\n      iccid\n    }\n    candidates {\n      requestId\n      hasSameSims\n      fitsInTime\n    }\n  }\n}": types.UnresolvedOrdersDocument,
    "mutation UpdateClient($clientId: ID!) {\n  updateClient(\n    input: {id: $clientId, tokenLifetime: ONE_HOUR, products: [SUPER_SIM, PROGRAMMABLE_WIRELESS]}\n  ) {\n    outcome\n    reason\n    message\n    requiresReauthorization\n    client {\n      id\n      name\n      type\n    }\n  }\n}": types.UpdateClientDocument,
    "query UsageBySim($accountId: ID!, $iccids: [ICCID!]!, $from: Date!, $to: Date!) {\n  usageBySim(accountId: $accountId, iccids: $iccids, from: $from, to: $to) {\n    iccid\n    subscription {\n      state\n    }\n    usage {\n      data {\n        total\n        unit\n      }\n      sms {\n        total\n      }\n    }\n  }\n}": types.UsageBySimDocument,
    "subscription WatchDiagnosticsRequest($accountId: ID!, $diagnosticsRequestId: ID!) {\n  diagnosticsRequestUpdated(accountId: $accountId, id: $diagnosticsRequestId) {\n    id\n    status\n    subscriptions {\n      outcome\n    }\n  }\n}": types.WatchDiagnosticsRequestDocument,
    "subscription WatchProvisioningRequest($accountId: ID!, $provisioningRequestId: ID!) {\n  provisioningRequestUpdated(accountId: $accountId, id: $provisioningRequestId) {\n    status\n    progress {\n      done\n      failed\n      pending\n      total\n    }\n    subscriptions {\n      iccid\n      outcome\n      message\n    }\n  }\n}": types.WatchProvisioningRequestDocument,
    "subscription WatchSimStates($accountId: ID!) {\n  subscriptionStateChanged(accountId: $accountId) {\n    subscriptionId\n    oldState\n    newState\n    at\n  }\n}": types.WatchSimStatesDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Accounts {\n  accounts {\n    id\n    number\n    name\n    subscriptions(first: 3) {\n      totalCount\n      nodes {\n        iccid\n        state\n        costCenter {\n          name\n        }\n      }\n    }\n    activationProfiles {\n      id\n      name\n    }\n  }\n}"): typeof import('./graphql.ts').AccountsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation ActivateSim($accountId: ID!, $stockIccid: ICCID!, $activationProfileId: ID!) {\n  activateSubscriptions(\n    input: {accountId: $accountId, activationState: TEST, activationProfileId: $activationProfileId, subscriptions: [{iccid: $stockIccid}], requestKey: \"my first activation\"}\n  ) {\n    results {\n      iccid\n      outcome\n      reason\n      message\n      subscription {\n        state\n      }\n    }\n    requests {\n      id\n      status\n    }\n    unchecked {\n      requirement\n      basis\n      message\n    }\n  }\n}"): typeof import('./graphql.ts').ActivateSimDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query ActivationProfiles($accountId: ID!) {\n  account(id: $accountId) {\n    activationProfiles {\n      id\n      name\n      description\n      serviceType {\n        name\n      }\n      productOffer\n      plans {\n        name\n        usageType\n      }\n      features {\n        name\n      }\n      createdAt\n      createdBy\n    }\n  }\n}"): typeof import('./graphql.ts').ActivationProfilesDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query ApiClientsOfAccount($accountId: ID!, $first: Int = 20, $after: String) {\n  account(id: $accountId) {\n    clients(first: $first, after: $after) {\n      totalCount\n      nodes {\n        id\n        name\n        type\n        isLocked\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n}"): typeof import('./graphql.ts').ApiClientsOfAccountDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query ApiClients {\n  clients(first: 20) {\n    nodes {\n      id\n      name\n      type\n      owner\n      isLocked\n      createdAt\n      accountId\n      account {\n        id\n        name\n      }\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n  }\n}"): typeof import('./graphql.ts').ApiClientsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Capabilities {\n  capabilities {\n    mode\n    unpublishedClientOperations\n    limits {\n      pageSize\n      iccidsPerQuery\n      iccidsPerFilter\n      simsPerMutation\n      waitSeconds\n      bodyBytes\n      tokens\n      depth\n      aliases\n      rootFields\n      directives\n      selections\n      representations\n      koreRequests\n      operationsPerMinute\n      koreRequestsPerMinute\n    }\n  }\n}"): typeof import('./graphql.ts').CapabilitiesDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Catalog($accountId: ID!) {\n  account(id: $accountId) {\n    serviceTypes {\n      serviceTypeId\n      name\n    }\n    plans {\n      planId\n      name\n      usageType\n      planType {\n        name\n      }\n      serviceType {\n        name\n      }\n    }\n    features {\n      featureId\n      name\n      description\n      usageType\n    }\n  }\n}"): typeof import('./graphql.ts').CatalogDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation CreateClient {\n  createClient(\n    input: {name: \"Depot dashboard\", products: [SUPER_SIM], requestKey: \"my first client\"}\n  ) {\n    outcome\n    message\n    secretStatus\n    clientSecret\n    client {\n      id\n      name\n      type\n      owner\n      createdAt\n    }\n  }\n}"): typeof import('./graphql.ts').CreateClientDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query DailySubscriptionsReport($accountId: ID!, $date: Date) {\n  account(id: $accountId) {\n    id\n    dailySubscriptionsReport(date: $date) {\n      fileName\n      fileType\n      generatedAt\n      checksum {\n        type\n        value\n      }\n      url\n    }\n  }\n}"): typeof import('./graphql.ts').DailySubscriptionsReportDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation DeleteClient($doomedClientId: ID!, $doomedClientName: String!) {\n  deleteClient(input: {id: $doomedClientId, confirm: $doomedClientName}) {\n    outcome\n    reason\n    message\n    client {\n      id\n    }\n  }\n}"): typeof import('./graphql.ts').DeleteClientDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query DiagnosticsRequest($accountId: ID!, $diagnosticsRequestId: ID!) {\n  diagnosticsRequest(accountId: $accountId, id: $diagnosticsRequestId) {\n    id\n    rawType\n    rawStatus\n    subscriptions {\n      outcome\n      subscription {\n        iccid\n        state\n      }\n    }\n  }\n}"): typeof import('./graphql.ts').DiagnosticsRequestDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query DiagnosticsRequests($accountId: ID!, $first: Int = 10, $after: String) {\n  account(id: $accountId) {\n    diagnosticsRequests(first: $first, after: $after) {\n      totalCount\n      nodes {\n        id\n        type\n        status\n        serviceType\n        numberOfSubscriptions\n        createdAt\n        completedAt\n        source\n        requestedBy\n        message\n        subscriptions {\n          iccid\n          outcome\n          rawOutcome\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n}"): typeof import('./graphql.ts').DiagnosticsRequestsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Esim($accountId: ID!, $eid: EID!) {\n  subscriptions(accountId: $accountId, filter: {eid: $eid}) {\n    nodes {\n      id\n      iccid\n      rspState\n      state\n      productOffer\n    }\n  }\n}"): typeof import('./graphql.ts').EsimDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation LockClient($clientId: ID!) {\n  lockClient(input: {id: $clientId}) {\n    outcome\n    message\n    client {\n      isLocked\n    }\n  }\n  unlockClient(input: {id: $clientId}) {\n    outcome\n    message\n    client {\n      isLocked\n    }\n  }\n}"): typeof import('./graphql.ts').LockClientDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query PlanUsage($accountId: ID!, $planId: ID!, $from: Date!, $to: Date!) {\n  plan(accountId: $accountId, id: $planId) {\n    planId\n    name\n    usageType\n    usage(from: $from, to: $to) {\n      usage {\n        total\n        unit\n        daily {\n          date\n          total\n        }\n      }\n    }\n  }\n}"): typeof import('./graphql.ts').PlanUsageDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query ProvisioningRequest($accountId: ID!, $provisioningRequestId: ID!) {\n  provisioningRequest(accountId: $accountId, id: $provisioningRequestId) {\n    action\n    status\n    createdAt\n    completedAt\n    provisionedBy\n    activationProfile {\n      name\n    }\n    progress {\n      done\n      failed\n      pending\n      unknown\n      total\n    }\n    subscriptions {\n      iccid\n      outcome\n      message\n      subscription {\n        state\n      }\n    }\n  }\n}"): typeof import('./graphql.ts').ProvisioningRequestDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query ProvisioningRequests($accountId: ID!, $first: Int = 20, $after: String) {\n  account(id: $accountId) {\n    provisioningRequests(first: $first, after: $after) {\n      totalCount\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      nodes {\n        id\n        action\n        status\n        createdAt\n        completedAt\n        source\n        numberOfSubscriptions\n      }\n    }\n  }\n}"): typeof import('./graphql.ts').ProvisioningRequestsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation ReactivateSims($accountId: ID!, $sims: [SimSelector!]!) {\n  reactivateSubscriptions(input: {accountId: $accountId, subscriptions: $sims}) {\n    koreRequests\n    counts {\n      submitted\n      alreadySatisfied\n      rejected\n      unknown\n    }\n    requests {\n      id\n    }\n    results {\n      iccid\n      outcome\n      reason\n    }\n  }\n}"): typeof import('./graphql.ts').ReactivateSimsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation RehearseSuspension($accountId: ID!, $sims: [SimSelector!]!) {\n  suspendSubscriptions(\n    input: {accountId: $accountId, subscriptions: $sims, dryRun: true}\n  ) {\n    isDryRun\n    koreRequests\n    results {\n      iccid\n      outcome\n      reason\n      field\n      message\n    }\n  }\n}"): typeof import('./graphql.ts').RehearseSuspensionDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation RenewClientKey($clientId: ID!, $clientName: String!) {\n  renewClientKey(input: {id: $clientId, confirm: $clientName}) {\n    outcome\n    message\n    secretStatus\n    clientSecret\n    requiresReauthorization\n  }\n}"): typeof import('./graphql.ts').RenewClientKeyDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation ResetConnection($accountId: ID!, $iccid: ICCID!) {\n  resetConnection(\n    input: {accountId: $accountId, subscriptions: [{iccid: $iccid}], requestKey: \"my first reset\", waitUpTo: 20}\n  ) {\n    results {\n      iccid\n      outcome\n      reason\n      message\n      request {\n        id\n        status\n        completedAt\n        subscriptions {\n          outcome\n        }\n      }\n    }\n    counts {\n      submitted\n      failed\n      rejected\n      unknown\n    }\n  }\n}"): typeof import('./graphql.ts').ResetConnectionDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation ResolveOrder($accountId: ID!, $intentId: ID! = \"as unresolvedOrders names it\") {\n  resolveOrder(\n    input: {accountId: $accountId, intentId: $intentId, didNotArrive: true, confirm: 1}\n  ) {\n    outcome\n    reason\n    field\n    message\n    results {\n      iccid\n      outcome\n      reason\n    }\n  }\n}"): typeof import('./graphql.ts').ResolveOrderDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query SessionsByIccid($accountId: ID!, $iccids: [ICCID!]!) {\n  sessionsByIccid(accountId: $accountId, iccids: $iccids, newest: 2) {\n    iccid\n    msisdn\n    subscriptionUrn\n    count\n    sessions {\n      startedAt\n      endedAt\n      apn\n    }\n    subscription {\n      state\n    }\n  }\n}"): typeof import('./graphql.ts').SessionsByIccidDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query SimCounts($accountId: ID!) {\n  account(id: $accountId) {\n    id\n    simCounts {\n      state\n      count\n    }\n  }\n}"): typeof import('./graphql.ts').SimCountsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query SimSessions($accountId: ID!, $iccid: ICCID!) {\n  subscription(accountId: $accountId, iccid: $iccid) {\n    iccid\n    isInSession\n    inSessionUpdatedAt\n    sessions(first: 5) {\n      totalCount\n      nodes {\n        sessionId\n        startedAt\n        endedAt\n        apn\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n}"): typeof import('./graphql.ts').SimSessionsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query SimUsage($accountId: ID!, $iccid: ICCID!, $from: Date!, $to: Date!) {\n  subscription(accountId: $accountId, iccid: $iccid) {\n    id\n    iccid\n    usage(from: $from, to: $to) {\n      from\n      to\n      source\n      isRecorded\n      data {\n        total\n        unit\n        daily {\n          date\n          total\n        }\n      }\n      sms {\n        total\n        unit\n      }\n      voice {\n        total\n        unit\n      }\n    }\n  }\n}"): typeof import('./graphql.ts').SimUsageDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Sim($accountId: ID!, $iccid: ICCID!) {\n  subscription(accountId: $accountId, iccid: $iccid) {\n    id\n    iccid\n    state\n    rawState\n    isEsim\n    eid\n    rspState\n    imsi\n    msisdns\n    account {\n      name\n    }\n    serviceType {\n      name\n    }\n    costCenter {\n      name\n    }\n    profile {\n      plans {\n        name\n        type\n        usageType\n      }\n      features {\n        name\n      }\n    }\n    apns {\n      apnId\n      ipAddress\n    }\n    device {\n      imei\n      serialNumber\n      modelNumber\n    }\n    customFields {\n      key\n      value\n    }\n    stateHistory {\n      state\n      startedAt\n      endedAt\n      isCurrent\n    }\n    eligibleActivationProfiles {\n      id\n      name\n    }\n    lastProvisioningRequest {\n      id\n      action\n      status\n    }\n  }\n}"): typeof import('./graphql.ts').SimDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query SimsByIccid($accountId: ID!, $iccids: [ICCID!]!) {\n  subscriptionsByIccid(accountId: $accountId, iccids: $iccids) {\n    id\n    iccid\n    state\n    costCenter {\n      name\n    }\n  }\n}"): typeof import('./graphql.ts').SimsByIccidDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Sims($accountId: ID!, $first: Int = 100, $after: String, $filter: SimSubscriptionFilter, $orderBy: SimSubscriptionSort) {\n  subscriptions(\n    accountId: $accountId\n    first: $first\n    after: $after\n    filter: $filter\n    orderBy: $orderBy\n  ) {\n    totalCount\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n    nodes {\n      id\n      iccid\n      state\n      msisdns\n      costCenter {\n        name\n      }\n      profile {\n        id\n        plans {\n          name\n        }\n      }\n    }\n  }\n}"): typeof import('./graphql.ts').SimsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation SuspendClient($clientId: ID!) {\n  disableClient(input: {id: $clientId}) {\n    outcome\n    message\n  }\n  enableClient(input: {id: $clientId}) {\n    outcome\n    message\n  }\n}"): typeof import('./graphql.ts').SuspendClientDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation SuspendSims($accountId: ID!, $sims: [SimSelector!]!) {\n  suspendSubscriptions(input: {accountId: $accountId, subscriptions: $sims}) {\n    koreRequests\n    counts {\n      submitted\n      alreadySatisfied\n      rejected\n      unknown\n    }\n    requests {\n      id\n    }\n    results {\n      iccid\n      outcome\n      reason\n      request {\n        id\n      }\n    }\n  }\n}"): typeof import('./graphql.ts').SuspendSimsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation TransferClient($clientId: ID!, $newOwner: EmailAddress!) {\n  transferClientOwnership(input: {id: $clientId, newOwner: $newOwner}) {\n    outcome\n    message\n    client {\n      name\n      owner\n    }\n  }\n}"): typeof import('./graphql.ts').TransferClientDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query UnresolvedOrders($accountId: ID!) {\n  unresolvedOrders(accountId: $accountId) {\n    intentId\n    verb\n    sentAt\n    message\n    advice\n    subscriptions {\n      subscriptionId\n      iccid\n    }\n    candidates {\n      requestId\n      hasSameSims\n      fitsInTime\n    }\n  }\n}"): typeof import('./graphql.ts').UnresolvedOrdersDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation UpdateClient($clientId: ID!) {\n  updateClient(\n    input: {id: $clientId, tokenLifetime: ONE_HOUR, products: [SUPER_SIM, PROGRAMMABLE_WIRELESS]}\n  ) {\n    outcome\n    reason\n    message\n    requiresReauthorization\n    client {\n      id\n      name\n      type\n    }\n  }\n}"): typeof import('./graphql.ts').UpdateClientDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query UsageBySim($accountId: ID!, $iccids: [ICCID!]!, $from: Date!, $to: Date!) {\n  usageBySim(accountId: $accountId, iccids: $iccids, from: $from, to: $to) {\n    iccid\n    subscription {\n      state\n    }\n    usage {\n      data {\n        total\n        unit\n      }\n      sms {\n        total\n      }\n    }\n  }\n}"): typeof import('./graphql.ts').UsageBySimDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "subscription WatchDiagnosticsRequest($accountId: ID!, $diagnosticsRequestId: ID!) {\n  diagnosticsRequestUpdated(accountId: $accountId, id: $diagnosticsRequestId) {\n    id\n    status\n    subscriptions {\n      outcome\n    }\n  }\n}"): typeof import('./graphql.ts').WatchDiagnosticsRequestDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "subscription WatchProvisioningRequest($accountId: ID!, $provisioningRequestId: ID!) {\n  provisioningRequestUpdated(accountId: $accountId, id: $provisioningRequestId) {\n    status\n    progress {\n      done\n      failed\n      pending\n      total\n    }\n    subscriptions {\n      iccid\n      outcome\n      message\n    }\n  }\n}"): typeof import('./graphql.ts').WatchProvisioningRequestDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "subscription WatchSimStates($accountId: ID!) {\n  subscriptionStateChanged(accountId: $accountId) {\n    subscriptionId\n    oldState\n    newState\n    at\n  }\n}"): typeof import('./graphql.ts').WatchSimStatesDocument;


export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}
