// A real browser, for the pages that nimbusc makes.
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';

/** Like `requirementsOrSkip`: a test of `what` is skipped with one line where there is no browser, unless it is required. */
export function browserOrSkip(context: Mocha.Context, what: string): void {
  if (process.env.NIMBUSC_E2E === 'later') context.skip();
  if (existsSync(CHROMIUM)) return;
  const problem = `${what} NOT TESTED: install ${CHROMIUM}, as Debian's package chromium has it\n`;
  if (process.env.NIMBUSC_E2E === 'required') throw new Error(problem);
  process.stderr.write(problem);
  context.skip();
}

export function launchBrowser(): Promise<Browser> {
  const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'];
  const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync'];
  return chromium.launch({ executablePath: CHROMIUM, args: [...args, ...quiet] });
}
