// What real Terraform says of the module: it is valid, it has no cycles, and text of the user arrives as it was written.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { expression, ref, render, type Template } from '../../../providers/aws/template.js';
import { escapeTemplate } from '../../../providers/aws/text.js';
import { requirementsOrSkip } from '../../e2e/support/requirements.js';
import { TerraformWorkspace } from '../../e2e/support/terraform.js';
import { artifactsOf, type Emitted, emit } from './emitted.js';
import { CORS, type StageBuilder, sample } from './stage-builder.js';

const AWKWARD = [
  '${x}',
  '$${x}',
  '%{if true}',
  '%%{x}',
  '$%{x}',
  '%${x}',
  '$',
  '%',
  '$$',
  '"quoted" \\ back\\n',
  'two\nlines\t',
  'é 漢 🙂',
  '${TfToken[TOKEN.0]}',
  '-1.8881545897087503e+289',
  '',
];

describe('aws: the module in Terraform', function () {
  this.timeout(120_000);
  let folder = '';
  let workspace: TerraformWorkspace | undefined;

  before(async function () {
    await requirementsOrSkip(this);
    folder = await mkdtemp(join(tmpdir(), 'nimbusc-aws-'));
  });

  after(async () => {
    await workspace?.remove();
    if (folder !== '') await rm(folder, { recursive: true });
  });

  /** One workspace for all, so that Terraform is initialised once. */
  async function open(emitted: Emitted): Promise<TerraformWorkspace> {
    for (const { artifact } of emitted.plan.functions) {
      await mkdir(dirname(join(folder, artifact)), { recursive: true });
      await writeFile(join(folder, artifact), artifact);
    }
    await writeFile(join(folder, 'cdk.tf.json'), emitted.text);
    if (workspace === undefined) {
      workspace = await TerraformWorkspace.create(folder, { env: { TF_VAR_DB_HOST: 'db.example.com' } });
    } else await workspace.update(folder);
    return workspace;
  }

  function large(): StageBuilder {
    const stage = sample();
    const environment = Object.fromEntries(AWKWARD.map((text, i) => [`TEXT_${i}`, [text]]));
    stage.http('OPTIONS /awkward', 'Awkward.text', { environment, cors: CORS });
    stage.topic('a ${b} %{c}', 'Awkward.topic');
    stage.store('Größe', { keyColumn: 'the ${key}' });
    return stage;
  }

  it('is valid, in a protected stage and with zips that need a bucket too', async () => {
    const artifacts = (p: Parameters<typeof artifactsOf>[0]) => artifactsOf(p, { packed: 6e7 });
    const terraform = await open(await emit(large(), { protected: true, sourceMaps: true }, { artifacts }));
    expect(await terraform.validate()).to.deep.equal({ valid: true, diagnostics: [] });
  });

  it('creates exactly what it has, and hands text over as it was written', async () => {
    const emitted = await emit(large());
    // beside the module's own outputs: escaped text alone, and text on both sides of a reference
    const texts = [...AWKWARD, ...AWKWARD.map((text) => `${text}{`), ...AWKWARD.map((text) => `$${text}`)];
    const within = (template: Template): string => `\${join("", [${expression(template)}])}`;
    const output = {
      ...emitted.document['output'],
      ...Object.fromEntries(texts.map((text, i) => [`text_${i}`, { value: escapeTemplate(text) }])),
      ...Object.fromEntries(texts.map((text, i) => [`both_${i}`, { value: render([text, ref('format("2")', 1), text]) }])),
      ...Object.fromEntries(texts.map((text, i) => [`within_${i}`, { value: within([text, ref('format("2")', 1), text]) }])),
    };
    const terraform = await open({ ...emitted, text: JSON.stringify({ ...emitted.document, output }) });
    const { resource_changes: resources, output_changes: outputs } = await terraform.plan();

    expect(resources.map(({ address }) => address).sort()).to.deep.equal([...emitted.resources.keys()].sort());
    for (const { address, change } of resources) expect(change.actions, address).to.deep.equal(['create']);
    const fn = resources.find(({ address }) => address === 'aws_lambda_function.Awkward_text');
    const expected = Object.fromEntries(AWKWARD.map((text, i) => [`TEXT_${i}`, text]));
    expect(fn?.change.after?.['environment']).to.deep.equal([{ variables: { NIMBUS_STAGE: 'dev', ...expected } }]);
    const route = resources.find(({ type, change }) => type.endsWith('_route') && change.after?.['route_key'] === 'a ${b} %{c}');
    expect(route?.name).to.match(/^topic_a___b____c_-[0-9a-f]{8}$/);
    for (const [i, text] of texts.entries()) {
      expect(outputs[`text_${i}`]?.after).to.equal(text);
      expect(outputs[`both_${i}`]?.after).to.equal(`${text}2${text}`);
      expect(outputs[`within_${i}`]?.after).to.equal(`${text}2${text}`);
    }
  });
});
