import { names, onOff, origins } from "./kinds.ts";
import { variable } from "./variable.ts";

/** The Model Context Protocol. */
export const MCP = {
  isOn: variable(
    "MCP",
    onOff,
    "Model Context Protocol at `/mcp`, with a tool for each trusted document; on unless `NODE_ENV` is `production`, see [Agents](../README.md#agents)",
  ),
  orders: variable(
    "MCP_ORDERS",
    onOff,
    "whether orders are tools, too: each takes a rehearsal, whose token executes it once",
    { default: "off" },
  ),
  hosts: variable(
    "MCP_HOSTS",
    names,
    "host names under which `/mcp` is served, joined by commas, such as `graph.example.com`; those of this machine (`localhost`, `127.0.0.1`, `[::1]`) always are",
  ),
  origins: variable(
    "MCP_ORIGINS",
    origins,
    "origins of pages that may call `/mcp`, joined by commas, such as `https://inspector.example.com`; none unless set; clients that are no pages send no origin",
  ),
};
