import { useGraphiQL } from "@graphiql/react";
import type { GraphiQLPlugin } from "@graphiql/react";
import type { OperationGroup, PlaygroundTab } from "../index.ts";
import { DANGERS, dangerOf, descriptionOf, nameOf } from "./operations.ts";
import { useOpenOperation, useOptions } from "./session.ts";

const GROUPS: Readonly<Record<OperationGroup, { title: string; about: string }>> = {
  read: { title: "Read", about: "Accounts, SIMs, profiles and orders. Nothing is changed." },
  order: { title: "Order", about: "Writes to SIMs, which KORE carries out as provisioning requests, and texts." },
  live: { title: "Live", about: "Subscriptions: they stay open and show each change." },
  alerts: { title: "Alerts", about: "Writes to KORE's alert rules." },
  apiClients: { title: "API clients", about: "Writes to KORE's API clients." },
};

/** The start page: GraphiQL shows it at the left, and on a narrow screen instead of the editors. */
export const OPERATIONS_PLUGIN: GraphiQLPlugin = { title: "Operations", icon: OperationsIcon, content: StartPage };

function StartPage() {
  const { tabs, mode } = useOptions();
  const groups = Object.entries(GROUPS).map(([group, texts]) => ({
    ...texts,
    group,
    operations: tabs.filter((tab) => tab.group === group),
  }));
  return (
    <section className="start-page" aria-labelledby="start-page-title">
      <h2 id="start-page-title">Operations</h2>
      <p>
        {mode === "live"
          ? "Each opens in a tab, where you fill in its variables. This is live KORE: every write is real."
          : "Each opens in a tab, with example values. Nothing here is real: writes go to the simulator."}
      </p>
      {groups.map(
        ({ group, title, about, operations }) =>
          operations.length > 0 && (
            <section key={group} aria-labelledby={`group-${group}`}>
              <h3 id={`group-${group}`}>{title}</h3>
              <p>{about}</p>
              <ul>
                {operations.map((operation) => (
                  <li key={operation.query}>
                    <OperationButton operation={operation} />
                  </li>
                ))}
              </ul>
            </section>
          ),
      )}
    </section>
  );
}

function OperationButton({ operation }: { operation: PlaygroundTab }) {
  const open = useOpenOperation();
  const shown = useGraphiQL((state) => state.tabs[state.activeTabIndex]?.title);
  const danger = dangerOf(operation.query, useOptions());
  const name = nameOf(operation.query);
  return (
    <button
      type="button"
      className="operation"
      disabled={!open}
      aria-current={shown === name ? "true" : undefined}
      onClick={() => open?.(operation)}
    >
      <span className="operation-name">{name}</span>
      {danger && <span className={`mark mark-${danger}`}>{DANGERS[danger].label}</span>}
      <span className="operation-description">{descriptionOf(operation.query)}</span>
    </button>
  );
}

function OperationsIcon() {
  return (
    <svg viewBox="0 0 20 20" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
      <path d="M3 5h1M3 10h1M3 15h1M7 5h10M7 10h10M7 15h10" strokeLinecap="round" />
    </svg>
  );
}
