// Stage dev of an example, built by the packed command line and deployed by real Terraform on the sandbox.
import { expect } from 'chai';
import type { DatabaseServers } from './database-servers.js';
import { expectEachGrantNeeded, type Steps } from './mutations.js';
import { Project } from './project.js';
import { expectProved } from './proof.js';
import { type Invocation, type Sandbox, startSandbox } from './sandbox.js';
import { TerraformWorkspace } from './terraform.js';

export const REGION = 'eu-west-1';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The JSON; undefined where there is no body. */
  readonly body: unknown;
}

export interface ExampleOptions {
  /** Servers in the place of Amazon RDS's, whose certificates Lambda knows. */
  readonly databases?: DatabaseServers;
  /** For Terraform, such as TF_VAR_NAME. */
  readonly env?: Readonly<Record<string, string>>;
  /** What users do before they build. */
  prepare?(project: Project, sandbox: Sandbox): Promise<void>;
}

type Item = Readonly<Record<string, unknown>>;

export class DeployedExample {
  readonly name: string;
  readonly project: Project;
  readonly sandbox: Sandbox;
  readonly terraform: TerraformWorkspace;
  readonly outputs: Readonly<Record<string, unknown>>;

  private constructor(
    name: string,
    project: Project,
    sandbox: Sandbox,
    terraform: TerraformWorkspace,
    outputs: Readonly<Record<string, unknown>>,
  ) {
    this.name = name;
    this.project = project;
    this.sandbox = sandbox;
    this.terraform = terraform;
    this.outputs = outputs;
  }

  static async deploy(name: string, { databases, env, prepare }: ExampleOptions = {}): Promise<DeployedExample> {
    const project = await Project.copy(`examples/${name}`);
    const servers = databases === undefined ? {} : { databases: databases.ports, certificates: databases.authority };
    let sandbox: Sandbox;
    if (prepare === undefined) [sandbox] = await Promise.all([startSandbox(servers), project.build()]);
    else {
      sandbox = await startSandbox(servers);
      await prepare(project, sandbox);
      await project.build();
    }
    try {
      const options = { sandbox, env: { AWS_REGION: REGION, ...env } };
      const terraform = await TerraformWorkspace.create(project.path('nimbus.out', 'dev'), options);
      await terraform.apply();
      return new DeployedExample(name, project, sandbox, terraform, await terraform.output());
    } catch (error) {
      // who gets no example cannot remove it
      await sandbox.stop();
      throw error;
    }
  }

  async remove(): Promise<void> {
    await this.sandbox.stop();
    await this.terraform.remove();
    await this.project.remove();
  }

  get httpApiUrl(): string {
    return this.sandbox.httpUrl(String(this.outputs['http_api_url']));
  }

  async http(method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const content = body === undefined ? {} : { body: JSON.stringify(body) };
    const all = { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
    const response = await fetch(`${this.httpApiUrl}/${path}`, { method, headers: all, ...content });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
  }

  /** All of a table, in DynamoDB's own notation, once nothing is in flight. */
  async itemsOf(table: string): Promise<readonly Item[]> {
    await this.sandbox.idle();
    const { Items } = (await this.sandbox.awsJson('dynamodb', 'DynamoDB_20120810.Scan', { TableName: table }, REGION)) as {
      Items: readonly Item[];
    };
    return Items;
  }

  /** Those of a function (`Chat-onMessage`), once nothing is in flight. */
  async invocationsOf(method: string): Promise<readonly Invocation[]> {
    await this.sandbox.idle();
    return this.sandbox.invocations(`${this.name}-dev-${method}`);
  }

  /**
   * What the analysis says that each function needs, and that alone, is granted, and all of it was called; and no function can do
   * without any of it. `steps`: a part of the scenario for each function. Refused calls and failures are there afterwards.
   */
  async expectProved(steps: Steps): Promise<void> {
    await this.sandbox.idle();
    await expectProved(this.sandbox, [this.terraform], { all: true });
    await expectEachGrantNeeded({ sandbox: this.sandbox, terraform: this.terraform, region: REGION }, steps);
  }

  /** Nothing left to do, nothing refused, nothing lost, and only these functions have failed. */
  async expectAllWell(mayFail: readonly string[] = []): Promise<void> {
    await this.sandbox.idle();
    expect(await this.terraform.planChanges()).to.deep.equal([]);
    expect(await this.sandbox.denied()).to.deep.equal([]);
    expect(await this.sandbox.dropped()).to.deep.equal([]);
    const failed = (await this.sandbox.invocations()).filter(({ status }) => status !== 'succeeded');
    const known = mayFail.map((method) => `${this.name}-dev-${method}`);
    expect(failed.filter((one) => !known.includes(one.function))).to.deep.equal([]);
    expect(this.sandbox.output).to.equal('');
  }
}
