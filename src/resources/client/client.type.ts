import { Directive, Field, ID, ObjectType, registerEnumType } from "type-graphql";
import { DateTime, connectionType } from "../../graph/index.ts";

export enum ClientType {
  ADMIN = "ADMIN",
  STANDARD = "STANDARD",
  UNKNOWN = "UNKNOWN",
}
registerEnumType(ClientType, {
  name: "ClientType",
  description: "The purpose of an API client.",
  valuesConfig: {
    ADMIN: { description: "KORE's `admin`: may be given global resources, such as managing API clients." },
    STANDARD: { description: "KORE's `standard`: works with products." },
    UNKNOWN: { description: "A type that this graph does not know; see `rawType`." },
  },
});

@Directive('@key(fields: "id")')
// Named, since the bundler renames one of two classes of one name, and pg has a Client.
@ObjectType("Client", {
  description: "An API client: a set of credentials for KORE's APIs. Its secret is no field of it.",
  simpleResolvers: true,
})
export class Client {
  @Field(() => ID, { description: "KORE's client_id, such as `apiclient_…`." })
  id!: string;

  @Field(() => ID, {
    nullable: true,
    description: "KORE's account_id, such as `acct_…`: not an `Account.id`, which looks like `cmp-…`.",
  })
  accountId!: string | null;

  @Field(() => String, { nullable: true, description: "The client's name." })
  name!: string | null;

  @Field(() => String, { nullable: true, description: "E-mail address of its owner." })
  owner!: string | null;

  @Field(() => ClientType, { nullable: true, description: "Its purpose." })
  type!: ClientType | null;

  @Field(() => String, { nullable: true, description: "KORE's client_type as it came." })
  rawType!: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description: "Whether only account owners, account administrators and its owner may edit it. Null: never locked.",
  })
  isLocked!: boolean | null;

  @Field(() => DateTime, { nullable: true, description: "When it was made." })
  createdAt!: Date | null;
}

export const ClientConnection = connectionType("Client", Client);
