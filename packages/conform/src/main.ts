#!/usr/bin/env node
import { run } from './cli.ts';

const isColoured = process.stdout.isTTY && process.env.NO_COLOR === undefined && process.env.TERM !== 'dumb';
process.exitCode = await run(process.argv.slice(2), {
  out: (text) => { process.stdout.write(text); },
  err: (text) => { process.stderr.write(text); },
  isColoured, isInteractive: process.stderr.isTTY && isColoured,
});
