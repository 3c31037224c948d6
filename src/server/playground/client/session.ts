/// <reference lib="dom" />
import { useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import { parse } from "graphql";
import { createContext, useContext } from "react";
import type { PlaygroundOptions, PlaygroundTab } from "../index.ts";
import { nameOf, operationsIn } from "./operations.ts";

/** Below this width in pixels the panes are stacked; style.css has the same number. */
const NARROW = "(max-width: 760px)";

const Options = createContext<PlaygroundOptions | undefined>(undefined);
export const OptionsProvider = Options.Provider;

export function useOptions(): PlaygroundOptions {
  const options = useContext(Options);
  if (!options) throw new Error("The playground's options are missing.");
  return options;
}

export function pretty(variables: PlaygroundTab["variables"]): string {
  return Object.keys(variables).length > 0 ? JSON.stringify(variables, null, 2) : "";
}

/** Selects the operation's tab or makes one; undefined until the editors are there. */
export function useOpenOperation(): ((operation: PlaygroundTab) => void) | undefined {
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const variableEditor = useGraphiQL((state) => state.variableEditor);
  const tabs = useGraphiQL((state) => state.tabs);
  const actions = useGraphiQLActions();
  if (!queryEditor || !variableEditor) return undefined;

  return ({ query, variables }) => {
    const name = nameOf(query);
    const existing = tabs.findIndex(({ title }) => title === name);
    if (existing >= 0) actions.changeTab(existing);
    else {
      actions.stop(); // GraphiQL would write a running subscription's events into the new tab.
      if (queryEditor.getValue().trim() !== "") actions.addTab();
      queryEditor.setValue(query);
      variableEditor.setValue(pretty(variables));
      actions.updateActiveTabValues({ query, variables: pretty(variables), operationName: name });
    }
    setFacts(existing >= 0 ? (tabs[existing]?.query ?? "") : query);
    if (matchMedia(NARROW).matches) actions.setVisiblePlugin(null);
  };

  /** GraphiQL does this 100 ms later, and would run the previous tab's operation until then. */
  function setFacts(query: string): void {
    try {
      const documentAST = parse(query);
      const operations = operationsIn(documentAST);
      const operationName = operations[0]?.name?.value;
      actions.setOperationFacts({ documentAST, operations, ...(operationName && { operationName }) });
    } catch {
      // The user's edited text is not valid; GraphiQL shows why.
    }
  }
}
