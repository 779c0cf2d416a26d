#!/usr/bin/env node
/** The binary. Answers what needs no command by itself, so that it starts as fast as Node does. */
import process from 'node:process';
import { version } from './package-info.js';

const args = process.argv.slice(2);
if (args.length === 1 && (args[0] === '--version' || args[0] === '-v')) {
  process.stdout.write(`${version()}\n`);
} else {
  const { run } = await import('./cli.js');
  // Set, not exited: output to a pipe may still be on its way.
  process.exitCode = await run(args, (url) => import(url));
}
