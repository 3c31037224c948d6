/// <reference lib="dom" />
import "graphiql/setup-workers/vite";
import "graphiql/style.css";
import "./style.css";
import { GraphiQL, type GraphiQLProps, HISTORY_PLUGIN } from "graphiql";
import { GraphQLError } from "graphql";
import { useMemo, useState } from "react";
import { createRoot } from "react-dom/client";
import type { PlaygroundOptions } from "../index.ts";
import { ADVICE, type Headers, PLACEHOLDER, credentialsIn, headersOf } from "./credentials.ts";
import { isSubscription, subscribe } from "./live.ts";
import { FirstRun, Notice, TabMarks } from "./notice.tsx";
import { orderBy } from "./orders.ts";
import { OptionsProvider, pretty } from "./session.ts";
import { OPERATIONS_PLUGIN } from "./start-page.tsx";
import { PlaygroundStorage } from "./storage.ts";

const GRAPHQL = "/graphql";

type Fetcher = GraphiQLProps["fetcher"];
type Result = Awaited<ReturnType<Fetcher>>;

/** `remember`: called with accepted credentials; GraphiQL then reads the schema again. */
function fetcherOf(needsCredentials: boolean, remembered: Headers, remember: (credentials: Headers) => void): Fetcher {
  return async (operation, options) => {
    const own: Headers = options?.headers ?? {};
    const headers = headersOf(own, remembered);
    const credentials = credentialsIn(headers);
    if (needsCredentials && Object.keys(credentials).length === 0) return { errors: [new GraphQLError(ADVICE)] };
    if (isSubscription(operation, options?.documentAST)) return subscribe(operation, headers);
    const { status, result } = await post(operation, headers);
    if (status !== 401 && JSON.stringify(credentials) !== JSON.stringify(remembered)) remember(credentials);
    return result;
  };
}

async function post(operation: unknown, headers: Record<string, string>): Promise<{ status: number; result: Result }> {
  const response = await fetch(GRAPHQL, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/graphql-response+json, application/json",
      ...headers,
    },
    body: JSON.stringify(operation),
  });
  const text = await response.text();
  try {
    return { status: response.status, result: JSON.parse(text) as Result };
  } catch {
    // Such as a proxy's error page. Returned, not thrown: GraphiQL would print a stack trace.
    const message = `${GRAPHQL} answered HTTP ${response.status} and no JSON: ${text.slice(0, 500)}`;
    return { status: response.status, result: { errors: [new GraphQLError(message)] } };
  }
}

const BADGES = {
  simulator: { label: "simulator", title: "Answers come from the built-in KORE simulator. No SIM is real." },
  live: { label: "live KORE", title: "Connected to KORE Wireless. These SIMs are real." },
} as const;

const PLUGINS = [OPERATIONS_PLUGIN, HISTORY_PLUGIN];

function Playground(options: PlaygroundOptions) {
  const { mode, needsCredentials, tabs } = options;
  const [credentials, remember] = useState<Headers>({});
  const fetcher = useMemo(() => fetcherOf(needsCredentials, credentials, remember), [needsCredentials, credentials]);
  const order = useMemo(() => orderBy(fetcher), [fetcher]);
  const storage = useMemo(() => new PlaygroundStorage(`kore-graph:${mode}`), [mode]);
  const [stored] = useState(() => storage.activeTab());
  const headers = needsCredentials ? PLACEHOLDER : "";
  const first = tabs.find(({ group }) => group === "read") ?? tabs[0];
  const opened = first && { query: first.query, variables: pretty(first.variables), headers };
  // GraphiQL restores the active tab's query from its tabs, but not its variables unless they were edited.
  const active = stored ?? opened;
  const badge = BADGES[mode];
  return (
    <OptionsProvider value={options}>
      <GraphiQL
        fetcher={fetcher}
        storage={storage}
        plugins={PLUGINS}
        {...(!stored && { visiblePlugin: OPERATIONS_PLUGIN })}
        shouldPersistHeaders={false}
        defaultEditorToolsVisibility={needsCredentials ? "headers" : "variables"}
        {...(needsCredentials && { defaultHeaders: headers, initialHeaders: headers })}
        {...(opened && { defaultTabs: [opened] })}
        {...(active && { initialQuery: active.query, initialVariables: active.variables })}
      >
        <GraphiQL.Logo>
          <span className="brand">
            kore-graph
            <span className={`badge badge-${mode}`} title={badge.title}>
              {badge.label}
            </span>
          </span>
        </GraphiQL.Logo>
        <GraphiQL.Footer>
          <Notice order={order} />
          <TabMarks />
          {!stored && first?.group === "read" && <FirstRun />}
        </GraphiQL.Footer>
      </GraphiQL>
    </OptionsProvider>
  );
}

async function settings(): Promise<PlaygroundOptions> {
  const response = await fetch("/playground/tabs.json");
  if (!response.ok) throw new Error(`/playground/tabs.json answered HTTP ${response.status}`);
  return (await response.json()) as PlaygroundOptions;
}

const container = document.getElementById("root");
if (!container) throw new Error("index.html has no #root");
const root = createRoot(container);

try {
  const options = await settings();
  root.render(<Playground {...options} />);
} catch (error) {
  root.render(<p className="notice">The playground could not start: {String(error)}</p>);
}
