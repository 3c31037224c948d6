import "reflect-metadata";
import { afterAll, afterEach } from "vitest";
import { endFile, endTest } from "./cleanup.ts";

afterEach(endTest);
afterAll(endFile);
