#!/usr/bin/env node
import "reflect-metadata"; // Before the resolvers' decorators, also in a bundle, which loads imports first.

const { run } = await import("./cli.ts");
process.exitCode = await run(process.argv.slice(2), process.env);
