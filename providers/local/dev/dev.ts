/**
 * The dev server: a stage of a project on this machine, as its source says at each moment. In: a compiler. Out: servers, and what
 * happens on them, told to whoever listens. What is stored and who is connected stays when the source changes.
 */
import { EventEmitter } from 'node:events';
import * as path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { LocalPlan } from '../../../compiler/local-plan.js';
import { LocalCloud } from '../cloud.js';
import type { BuildState, ConsoleEvent } from '../console/api.js';
import { ConsoleServer } from '../console/server.js';
import { enter, leave } from '../context.js';
import type { LocalFunction } from '../function.js';
import { importClasses, type LocalProject } from '../project.js';
import { remoteCall } from '../remote-calls.js';
import type { ServerOptions } from '../servers/addresses.js';
import { LocalServers } from '../servers/servers.js';
import { Bundles } from './bundles.js';
import type { DevBuild, DevCompiler } from './compiler.js';
import { captureConsole } from './in-process.js';
import { Records } from './records.js';
import { type Clock, Schedules, systemClock } from './schedules.js';
import { triggersOf } from './triggers.js';
import { watchProject } from './watch.js';
import { WorkerInstance } from './worker-instance.js';

export interface DevOptions {
  readonly projectDir: string;
  readonly compiler: DevCompiler;
  readonly servers: ServerOptions;
  /** The version of nimbusc. */
  readonly version: string;
  /** Runs functions in this process, where a debugger sees them with everything else. */
  readonly inProcess?: boolean;
  /** False: functions may take as long as they want, for somebody looks at them. */
  readonly hasTimeouts?: boolean;
  readonly clock?: Clock;
  /** Looks for changes of files; otherwise `rebuild` is to be called. */
  readonly watch?: boolean;
  /** Values for `${NAME}` in environment variables, before those of this process. */
  readonly environment?: { readonly [name: string]: string };
  /** Where what is stored is kept; by default nowhere. */
  readonly dataFolder?: string | null;
}

interface Events {
  event: [ConsoleEvent];
  /** A build is done: `shown` is what the terminal gets of its diagnostics. */
  built: [BuildState & { readonly shown: string; readonly changed: readonly string[] }];
}

export class DevServer extends EventEmitter<Events> {
  readonly records = new Records((event) => this.emit('event', event));
  private state: BuildState = { number: 0, failed: true, diagnostics: '', milliseconds: 0 };
  private cloudOrNull: LocalCloud | null = null;
  private plan: LocalPlan | null = null;
  private triggers: ReadonlyMap<string, readonly string[]> = new Map();
  private servers: LocalServers | null = null;
  private schedulesOrNull: Schedules | null = null;
  private readonly bundles: Bundles;
  private readonly toClose: (() => void)[] = [];
  private inputs: ReadonlySet<string> = new Set();
  private building: Promise<void> | null = null;
  private again = false;
  private isWatching = false;
  private closed = false;

  constructor(private readonly options: DevOptions) {
    super();
    this.setMaxListeners(0);
    this.bundles = new Bundles(options.projectDir, options.compiler, (inputs) => {
      this.inputs = inputs;
    });
    if (options.inProcess === true) this.toClose.push(captureConsole(this.records));
  }

  get cloud(): LocalCloud {
    if (this.cloudOrNull === null) throw new Error('the source has not been compiled without errors yet');
    return this.cloudOrNull;
  }

  /** False while the source has had errors ever since it was started. */
  get isRunning(): boolean {
    return this.servers !== null;
  }

  get build(): BuildState {
    return this.state;
  }

  get schedules(): Schedules | null {
    return this.schedulesOrNull;
  }

  get version(): string {
    return this.options.version;
  }

  get currentPlan(): LocalPlan {
    if (this.plan === null) throw new Error('the source has not been compiled without errors yet');
    return this.plan;
  }

  triggersOf(fn: LocalFunction): readonly string[] {
    return this.triggers.get(fn.id) ?? [];
  }

  /** The graph that was compiled last, as a page of its own. */
  picture(): Promise<string> {
    return this.options.compiler.picture();
  }

  /** Compiles, and takes over what has changed. Calls while it goes on are one more of them. */
  async rebuild(): Promise<void> {
    if (this.building !== null) {
      this.again = true;
      return this.building;
    }
    this.building = this.rebuildAll();
    try {
      await this.building;
    } finally {
      this.building = null;
    }
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.schedulesOrNull?.stop();
    for (const close of this.toClose) close();
    await this.servers?.stop();
    const cloud = this.cloudOrNull;
    if (cloud !== null) {
      leave(cloud);
      const free = cloud.close();
      for (const fn of cloud.functions.values()) fn.renew();
      await free;
    }
    await this.options.compiler.close();
    this.bundles.close();
  }

  private async rebuildAll(): Promise<void> {
    do {
      this.again = false;
      await this.rebuildOnce();
    } while (this.again && !this.closed);
  }

  private async rebuildOnce(): Promise<void> {
    const began = performance.now();
    const build = await this.options.compiler.compile();
    if (this.closed) return;
    const { plan } = build;
    this.inputs = build.inputs;
    let problem = '';
    let changed: readonly string[] = [];
    if (plan !== null) {
      try {
        changed = await this.take(plan, build);
      } catch (error) {
        if (this.servers === null) throw error;
        problem = `${error instanceof Error ? error.message : String(error)}\n`;
      }
    }
    if (this.options.watch !== false && !this.isWatching) this.watch(build.out);
    this.state = {
      number: this.state.number + (plan === null ? 0 : 1),
      failed: plan === null || problem !== '',
      diagnostics: build.diagnostics + problem,
      milliseconds: performance.now() - began,
    };
    this.emit('event', { event: 'build', build: this.state });
    this.emit('built', { ...this.state, shown: build.shown + problem, changed });
  }

  private watch(out: string): void {
    this.isWatching = true;
    const { projectDir, dataFolder = null, inProcess = false } = this.options;
    const watch = watchProject(projectDir, {
      ignored: [path.join(projectDir, out), ...(dataFolder === null ? [] : [path.resolve(dataFolder)])],
      // What is bundled into this process is bundled without a word about it.
      isRead: (file) => inProcess || this.inputs.has(file),
      changed: () => {
        this.rebuild().catch((error: unknown) => console.error(error));
      },
    });
    this.toClose.push(() => watch.close());
  }

  /** Runs another version of the project. Gives the names of functions whose next call runs other code. */
  private async take(plan: LocalPlan, build: DevBuild): Promise<readonly string[]> {
    const { inProcess = false, projectDir } = this.options;
    const project: LocalProject = { dir: projectDir, plan, classes: () => importClasses(projectDir, build.classes) };
    this.plan = plan;
    this.triggers = triggersOf(plan);
    if (this.cloudOrNull === null) {
      await this.startCloud(project);
      return [];
    }
    const { cloud } = this;
    const all = inProcess ? [...cloud.functions.keys()] : build.stale;
    let names: readonly string[] = [];
    await cloud.update(project, all, (ids) => {
      this.bundles.forget(ids);
      names = ids.map((id) => cloud.functions.get(id)?.name ?? id);
    });
    this.schedulesOrNull?.renew();
    return names;
  }

  private async startCloud(project: LocalProject): Promise<void> {
    const { servers, environment = {}, inProcess = false, clock = systemClock, dataFolder = null } = this.options;
    const cloud = await LocalCloud.create({
      project,
      classes: null,
      environment,
      secrets: {},
      servers,
      dataFolder,
      time: 'real',
      watcher: this.records,
      ...(inProcess ? {} : { instanceOf: (fn) => this.workerOf(fn) }),
    });
    // Functions that listen to uploads ask for it.
    enter(cloud);
    this.cloudOrNull = cloud;
    await cloud.deploy();
    const page = new ConsoleServer(this);
    const advice = { http: 'choose another one with --port', webSocket: 'choose another one with --ws-port' };
    this.toClose.push(() => page.close());
    const started = new LocalServers(cloud, advice, (request, response, path) => page.handle(request, response, path));
    await started.startAll();
    this.servers = started;
    this.schedulesOrNull = new Schedules(cloud, clock);
    // What they throw is in the log; the server is there to look into it.
    await cloud.afterDeployment().catch(() => {});
  }

  private workerOf(fn: LocalFunction): WorkerInstance {
    const { cloud, bundles, records, options } = this;
    return new WorkerInstance(fn, {
      bootstrap: fileURLToPath(new URL('./worker.js', import.meta.url)),
      bundleOf: (one) => bundles.of(one),
      resourcesOf: (one) => cloud.resourcesOf(one),
      environmentOf: (one) => environmentOf(one, cloud),
      call: (_, resource, operation, args) => remoteCall(cloud, resource, operation, args),
      log: ({ name }, invocation, stream, text) => records.write(name, invocation, stream, text),
      hasTimeouts: options.hasTimeouts ?? true,
    });
  }
}

/** As Lambda has them: what the function declares, and a little of the machine. */
function environmentOf({ environment, name, options }: LocalFunction, cloud: LocalCloud): Record<string, string> {
  const own = environment.names.flatMap((key) => {
    const value = environment.get(key);
    return value === undefined ? [] : [[key, value] as const];
  });
  const machine = ['PATH', 'HOME', 'TMPDIR'].flatMap((key) => {
    const value = process.env[key];
    return value === undefined ? [] : [[key, value] as const];
  });
  return {
    ...Object.fromEntries(machine),
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(options.memory),
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_NAME: `${cloud.stage}-${name.replace('.', '-')}`,
    NIMBUS_STAGE: cloud.stage,
    ...Object.fromEntries(own),
  };
}
