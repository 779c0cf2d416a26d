// The AWS provider as a process that stays: Terraform starts one for each step of each command, which takes longer than a plan.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { findRequirements } from './requirements.js';
import { cleanEnvironment } from './run.js';

const START_SECONDS = 60;

export interface RunningProvider {
  /** `TF_REATTACH_PROVIDERS`. */
  readonly address: string;
  /** Ends the process that was started. */
  stop(): Promise<void>;
}

/**
 * For one workspace, in its folder: paths in a module begin there. Undefined where there is no copy of the provider that waits
 * less: then Terraform starts the installed one as ever.
 */
export async function startProvider(folder: string, env: Readonly<Record<string, string>>): Promise<RunningProvider | undefined> {
  const { fastProvider } = await findRequirements();
  const program = readdirSync(fastProvider ?? '.').find((name) => name.startsWith('terraform-provider-aws'));
  if (fastProvider === undefined || program === undefined) return undefined;
  const child = spawn(join(fastProvider, program), ['-debug'], {
    cwd: folder,
    env: { ...cleanEnvironment(), AWS_EC2_METADATA_DISABLED: 'true', ...env },
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
