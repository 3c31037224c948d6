/// <reference lib="dom" />
import { useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import { useEffect, useRef, useState } from "react";
import type { PlaygroundOptions, PlaygroundTab } from "../index.ts";
import type { Order } from "./orders.ts";
import { DANGERS, dangerOf, isLive, isRehearsalOnly, nameOf, usesVariable } from "./operations.ts";
import { useOptions } from "./session.ts";

/** The variable that names the request to watch; undefined where the operation watches none in particular. */
function requestVariableOf(query: string, { tabs }: PlaygroundOptions): string | undefined {
  return [...new Set(tabs.map(variableOf))].find((name) => usesVariable(query, name));
}

const variableOf = ({ watchedAs = "provisioningRequestId" }: PlaygroundTab): string => watchedAs;

/** Below the response: what a run of the active tab does that its text does not show. */
export function Notice({ order }: { order: Order }) {
  const tab = useGraphiQL((state) => state.tabs[state.activeTabIndex]);
  const options = useOptions();
  const query = tab?.query ?? "";
  const danger = dangerOf(query, options);
  if (danger) {
    return (
      <p className={`tab-notice tab-notice-${danger}`} role="note">
        {DANGERS[danger].text}
      </p>
    );
  }
  if (!isLive(query)) return null;
  return options.mode === "live" ? (
    <HowToWatch query={query} />
  ) : (
    <Starters key={tab?.id} query={query} order={order} />
  );
}

function HowToWatch({ query }: { query: string }) {
  const options = useOptions();
  return (
    <p className="tab-notice" role="note">
      {requestVariableOf(query, options)
        ? "Put the id of a request into the variables (its list is among the operations), then run this."
        : "Run this, then order something in a second window of the browser: a change of the tab ends the watching."}{" "}
      An event is shown here when KORE has changed something.
    </p>
  );
}

/** On the simulator: orders to send from here, as a change of the tab would end the watching. */
function Starters({ query, order }: { query: string; order: Order }) {
  const options = useOptions();
  const [status, setStatus] = useState("");
  const actions = useGraphiQLActions();
  const variableEditor = useGraphiQL((state) => state.variableEditor);
  const headerEditor = useGraphiQL((state) => state.headerEditor);
  const subscription = useGraphiQL((state) => state.subscription);
  const isShown = useIsShown();
  const followed = requestVariableOf(query, options);
  const starters = options.tabs.filter(
    (tab) =>
      tab.group === "order" &&
      (followed === undefined || variableOf(tab) === followed) &&
      !dangerOf(tab.query, options) &&
      !isRehearsalOnly(tab.query),
  );

  async function start(starter: PlaygroundTab): Promise<void> {
    if (followed === undefined && !subscription) actions.run();
    setStatus(`${nameOf(starter.query)} is sent …`);
    const { requestId, message } = await order(starter, headerEditor?.getValue() ?? "");
    if (!isShown.current) return; // The active tab is another one by now, which must not be run.
    setStatus(message);
    if (followed === undefined || requestId === undefined || !variableEditor) return;
    const variables = { ...starter.variables, ...parsed(variableEditor.getValue()), [followed]: requestId };
    const wanted = Object.entries(variables).filter(([name]) => usesVariable(query, name));
    variableEditor.setValue(JSON.stringify(Object.fromEntries(wanted), null, 2));
    actions.stop();
    actions.run();
  }

  return (
    <div className="tab-notice" role="group" aria-label="Something to watch">
      <p>To see changes, send an order to the simulator from here:</p>
      {starters.map((starter) => (
        <button key={starter.query} type="button" className="starter" onClick={() => void start(starter)}>
          {nameOf(starter.query)}
        </button>
      ))}
      <p role="status">{status}</p>
    </div>
  );
}

function useIsShown(): { readonly current: boolean } {
  const isShown = useRef(false);
  useEffect(() => {
    isShown.current = true;
    return () => {
      isShown.current = false;
    };
  }, []);
  return isShown;
}

function parsed(variables: string): Record<string, unknown> {
  try {
    return JSON.parse(variables) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** Marks tabs and scrolls to the active one, for which GraphiQL has no property. Shows nothing. */
export function TabMarks() {
  const tabs = useGraphiQL((state) => state.tabs);
  const activeTabIndex = useGraphiQL((state) => state.activeTabIndex);
  const options = useOptions();
  useEffect(() => {
    for (const [index, { query }] of tabs.entries()) {
      const button = document.getElementById(`graphiql-session-tab-${index}`);
      const danger = dangerOf(query ?? "", options);
      if (danger) button?.setAttribute("data-danger", danger);
      else button?.removeAttribute("data-danger");
    }
  }, [tabs, options]);
  useEffect(() => {
    const button = document.getElementById(`graphiql-session-tab-${activeTabIndex}`);
    button?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [activeTabIndex]);
  return null;
}

/** Runs the active tab once, when the editors are there. Shows nothing. */
export function FirstRun() {
  const isReady = useGraphiQL(
    ({ queryEditor, variableEditor, responseEditor, documentAST }) =>
      !!queryEditor && !!variableEditor && !!responseEditor && !!documentAST,
  );
  const actions = useGraphiQLActions();
  const hasRun = useRef(false);
  useEffect(() => {
    if (!isReady || hasRun.current) return;
    hasRun.current = true;
    actions.run();
  }, [isReady, actions]);
  return null;
}
