// Runs a command to its end.
import { type ChildProcess, spawn } from 'node:child_process';

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Then it is killed, and counts as failed. */
  readonly timeoutSeconds?: number;
  /** As the leader of a process group of its own, as a shell starts it; a terminal's Ctrl-C goes to the whole group. */
  readonly ownGroup?: boolean;
  /** Gets the process once it runs, to send signals to it. */
  readonly onStart?: (child: ChildProcess) => void;
}

export interface Finished {
  /** Null when it did not start or was killed; `stderr` or `signal` then says so. */
  readonly status: number | null;
  /** What it was killed by. */
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  const { cwd, env = process.env, timeoutSeconds = 600, ownGroup = false, onStart } = options;
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      ...(cwd !== undefined && { cwd }),
      env,
      detached: ownGroup,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    const timer = setTimeout(() => {
      stderr += `\nkilled after ${timeoutSeconds} s`;
      child.kill('SIGKILL');
    }, timeoutSeconds * 1000);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const finish = (status: number | null, signal: NodeJS.Signals | null) => {
      clearTimeout(timer);
      resolve({ status, signal, stdout, stderr });
    };
    child.on('error', (error) => {
      stderr += error.message;
      finish(null, null);
    });
    child.on('spawn', () => onStart?.(child));
    child.on('close', finish);
  });
}

/**
 * For Terraform and its provider, which are written in Go: reading the provider's schema, which each command does, leaves so much
 * behind that collecting it takes a third of their time. They take 200 MiB more with it.
 */
export const SELDOM_COLLECTED = { GOGC: '400' };

/** The environment without what would lead Terraform or the AWS provider anywhere else than to the sandbox. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(AWS|TF)_/.test(name)));
}
