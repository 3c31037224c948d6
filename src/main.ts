#!/usr/bin/env node
import "reflect-metadata";
import { run } from "./cli.ts";

process.exitCode = await run(process.argv.slice(2), process.env);
