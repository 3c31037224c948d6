import graphql from "@graphql-eslint/eslint-plugin";
import tseslint from "typescript-eslint";

const root = new URL("..", import.meta.url).pathname;

export default tseslint.config(
  { ignores: ["dist/", "coverage/", "src/kore/api/generated/", "test/support/graphql/"] },
  {
    files: ["src/**/*.{ts,tsx}", "test/**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { project: "./tsconfig.json", tsconfigRootDir: root } },
    rules: {
      eqeqeq: "error",
      "no-console": "error",
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      "@typescript-eslint/no-extraneous-class": "off", // TypeGraphQL resolvers and types are classes by design
      "@typescript-eslint/no-misused-spread": "off", // what we return for TypeGraphQL's classes are plain objects
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/max-params": ["error", { max: 4 }],
    },
  },
  {
    files: ["src/**/*.ts"],
    ignores: ["src/server/playground/client/**"],
    rules: {
      "no-restricted-syntax": [
        "error",
        {
          selector: "ImportExpression > Literal[value=/^[^.]/]",
          message:
            "In the bundle a package in CommonJS has no named exports by import(): import a file of ours that imports it.",
        },
      ],
    },
  },
  {
    files: ["src/resources/**/*.resolver.ts"],
    rules: { "@typescript-eslint/max-params": "off" }, // TypeGraphQL passes each argument of a field as a parameter
  },
  {
    files: ["schema/operations/*.graphql"],
    languageOptions: {
      parser: graphql.parser,
      parserOptions: { graphQLConfig: { schema: "schema/api.graphql", documents: "schema/operations/*.graphql" } },
    },
    plugins: { "@graphql-eslint": graphql },
    rules: {
      ...graphql.configs["flat/operations-recommended"].rules,
      "@graphql-eslint/require-selections": "off", // identity is `accountId id`, not one `id`, on most types
    },
  },
  {
    files: ["schema/subgraph.graphql"],
    languageOptions: {
      parser: graphql.parser,
      parserOptions: { graphQLConfig: { schema: "schema/subgraph.graphql" } },
    },
    plugins: { "@graphql-eslint": graphql },
    rules: {
      "@graphql-eslint/require-description": [
        "error",
        { types: true, FieldDefinition: true, EnumValueDefinition: true, InputValueDefinition: true },
      ],
      "@graphql-eslint/naming-convention": [
        "error",
        {
          types: "PascalCase",
          FieldDefinition: "camelCase",
          InputValueDefinition: "camelCase",
          DirectiveDefinition: "camelCase",
          EnumValueDefinition: "UPPER_CASE",
        },
      ],
      "@graphql-eslint/input-name": ["error", { checkQueries: false }],
      "@graphql-eslint/relay-arguments": ["error", { includeBoth: false }],
      "@graphql-eslint/relay-connection-types": "error",
      // A data session has no identity. test/contract/node.test.ts holds the types that are nodes.
      "@graphql-eslint/relay-edge-types": ["error", { listTypeCanWrapOnlyEdgeType: false, shouldImplementNode: false }],
      "@graphql-eslint/relay-page-info": "error",
      "@graphql-eslint/require-deprecation-reason": "error",
    },
  },
);
