/** Writes schema/kore/COVERAGE.md from operations.yaml and unshown-properties.yaml. `--check`: fails unless the file is current. */
import { readFile, writeFile } from "node:fs/promises";
import { parse } from "yaml";

const FOLDER = new URL("../schema/kore/", import.meta.url);
const file = new URL("COVERAGE.md", FOLDER);

const read = async (name) => Object.entries(parse(await readFile(new URL(name, FOLDER), "utf8")));
const groups = await read("operations.yaml");
const unshown = (await read("unshown-properties.yaml")).flatMap(([operation, reasons]) =>
  Object.entries(reasons).map(([property, reason]) => `| \`${operation}\` | \`${property}\` | ${reason}. |`),
);
const all = groups.flatMap(([, operations]) => operations);
const count = (wanted) => all.filter(wanted).length;
const isPending = ({ why }) => why === "Not yet";

const tables = groups.map(([group, operations]) => {
  const rows = operations.map(({ operation, title, fields, why }) => {
    const reached = fields ? fields.map((field) => `\`${field}\``).join(", ") : `${why}.`;
    return `| ${title} | \`${operation}\` | ${reached} |`;
  });
  return [`## ${group}`, "", "| Operation | Request | Reached by |", "| --- | --- | --- |", ...rows].join("\n");
});

const page = `# Coverage of KORE's operations

<!-- Written by "npm run generate" from operations.yaml, which test/contract/coverage.test.ts checks by KORE's requests. -->

KORE's ConnectivityPro and SMS APIs have ${all.length} operations: ${count(({ fields }) => fields)} are reached by fields or mutations, ${count((one) => one.why && !isPending(one))} are left out
for the stated reason, and ${count(isPending)} are not reached yet.

<!-- prettier-ignore-start -->

${tables.join("\n\n")}

## Properties of replies that are not shown

All other properties of the replies are, as test/contract/reply-properties.test.ts proves for reads and
test/contract/acknowledgements.long.test.ts for writes.

| Request | Property | Reason |
| --- | --- | --- |
${unshown.join("\n")}

<!-- prettier-ignore-end -->
`;

if (!process.argv.includes("--check")) await writeFile(file, page);
else if ((await readFile(file, "utf8").catch(() => "")) !== page) {
  console.error('schema/kore/COVERAGE.md is not current: run "npm run generate"');
  process.exitCode = 1;
}
