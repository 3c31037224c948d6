import { Field, ObjectType } from "type-graphql";
import { DateTime } from "../../graph/index.ts";
import { type Secret } from "../../kore/index.ts";

@ObjectType({ description: "By which a downloaded file is checked.", simpleResolvers: true })
export class FileChecksum {
  @Field(() => String, { nullable: true, description: "The algorithm, as KORE names it; it states no names." })
  type!: string | null;

  @Field(() => String, { nullable: true, description: "The checksum, in a form that KORE does not state." })
  value!: string | null;
}

@ObjectType({ description: "KORE's report on an account's SIMs on a day: a file to download.", simpleResolvers: true })
export class DailySubscriptionsReport {
  signedUrl!: Secret | null;

  @Field(() => String, { nullable: true, description: "KORE's file-name." })
  fileName!: string | null;

  @Field(() => String, { nullable: true, description: "KORE's file-type; it states no values." })
  fileType!: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description: "KORE's file-generation-date. Read as UTC where KORE states no time zone.",
  })
  generatedAt!: Date | null;

  @Field(() => FileChecksum, { nullable: true, description: "By which the downloaded file is checked." })
  checksum!: FileChecksum | null;
}
