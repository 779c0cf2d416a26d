/** `nimbusc dev` as a process of its own, and what it says. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { nimbuscCli } from './nimbusc.js';

const NO_DEADLINE = 60_000;

export class DevProcess {
  private readonly process: ChildProcess;
  private readonly waiting = new Set<{ pattern: RegExp; resolve(match: RegExpExecArray): void }>();

  constructor(project: string) {
    const args = [nimbuscCli, 'dev', '--project', project, '--port', '0', '--ws-port', '0', '--no-cache'];
    this.process = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let rest = '';
    this.process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.see(line);
    });
  }

  async origin(): Promise<string> {
    return (await this.origins()).http;
  }

  /** Once it serves. */
  async origins(): Promise<{ readonly http: string; readonly webSocket: string | null }> {
    let webSocket: string | null = null;
    const see = ([, port]: RegExpExecArray): void => {
      webSocket = `ws://127.0.0.1:${port}`;
    };
    // A stage without WebSocket functions never says it.
    this.line(/^ {2}WebSockets +ws:\/\/localhost:(\d+)/).then(see, () => {});
    const lines = [this.line(/^ {2}functions +http:\/\/localhost:(\d+)\/function/), this.line(/Ctrl-C ends it/)];
    const [[, port] = []] = await Promise.all(lines);
    return { http: `http://127.0.0.1:${port}`, webSocket };
  }

  /** The next line that fits. */
  line(pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`the dev server never says ${pattern.source}`)), NO_DEADLINE);
      const one = {
        pattern,
        resolve: (match: RegExpExecArray) => {
          clearTimeout(timer);
          this.waiting.delete(one);
          resolve(match);
        },
      };
      this.waiting.add(one);
    });
  }

  /** Of its process, in MiB; zero where there is no /proc. */
  get memory(): number {
    const { pid } = this.process;
    if (!existsSync(`/proc/${pid}/status`)) return 0;
    return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
  }

  async end(): Promise<void> {
    const ended = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.kill('SIGINT');
    await ended;
  }

  private see(line: string): void {
    for (const one of this.waiting) {
      const match = one.pattern.exec(line);
      if (match !== null) one.resolve(match);
    }
  }
}
