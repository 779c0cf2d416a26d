// The AWS provider as a process that stays: Terraform starts one for each step of each command, which takes longer than a plan.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { findRequirements, PROVIDER } from './requirements.js';
import { cleanEnvironment, SELDOM_COLLECTED } from './run.js';

const START_SECONDS = 60;

export interface RunningProvider {
  /** `TF_REATTACH_PROVIDERS`. */
  readonly address: string;
  /** Ends the process that was started. */
  stop(): Promise<void>;
}

/**
 * For one workspace after `init`, in its folder: paths in a module begin there. The copy of the provider that waits less, where
 * there is one, otherwise what `init` has installed.
 */
export async function startProvider(folder: string, env: Readonly<Record<string, string>>): Promise<RunningProvider> {
  const { fastProvider } = await findRequirements();
  const provider = fastProvider ?? installedIn(folder);
  const program = readdirSync(provider).find((name) => name.startsWith('terraform-provider-aws'));
  if (program === undefined) throw new Error(`there is no AWS provider in ${provider}`);
  const child = spawn(join(provider, program), ['-debug'], {
    cwd: folder,
    env: { ...cleanEnvironment(), ...SELDOM_COLLECTED, AWS_EC2_METADATA_DISABLED: 'true', ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const address = await addressOf(child);
  return {
    address,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** Below a folder for the version and one for the platform, of which there is one each. */
function installedIn(folder: string): string {
  const below = (parent: string): string => join(parent, readdirSync(parent)[0] ?? '');
  return below(below(join(folder, '.terraform', 'providers', PROVIDER)));
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    const fail = (why: string) => {
      child.kill('SIGKILL');
      reject(new Error(`the provider ${why}\n${output}`));
    };
    const timer = setTimeout(fail, START_SECONDS * 1000, `is not ready after ${START_SECONDS} s`);
    const ended = (code: number | null) => fail(`has ended with ${code}`);
    child.once('error', (error) => fail(`does not start: ${error.message}`));
    child.once('exit', ended);
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      const [, address] = /^\s*TF_REATTACH_PROVIDERS='(.*)'$/m.exec(output) ?? [];
      if (address === undefined) return;
      clearTimeout(timer);
      child.off('exit', ended);
      resolve(address);
    });
  });
}
