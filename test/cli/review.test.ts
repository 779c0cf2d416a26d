// The flags, exit codes and streams of `nimbusc review`, on plans made by hand. Real plans are in test/e2e/review.test.ts.
import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import { nimbuscBinary, Project } from '../e2e/support/project.js';
import { planText, TAGS } from '../support/plans.js';

const QUEUE = { address: 'aws_sqs_queue.orders', before: { name: 'shop-dev-orders', tags: TAGS } };

describe('nimbusc review', function () {
  this.timeout('60s');
  let project: Project;

  before(async () => {
    project = await Project.create({
      'nimbus.yml': `projectName: shop
review:
  approved:
    - rule: data-loss/queue-destroyed
      address: aws_sqs_queue.old
      reason: it is empty
      until: '2026-06-30'
`,
      'plan.json': planText([QUEUE]),
      'old.json': planText([{ ...QUEUE, address: 'aws_sqs_queue.old' }]),
      'empty.json': planText([]),
      'state.json': '{"format_version":"1.0","terraform_version":"1.11.4"}',
    });
  });
  after(() => project.remove());

  const review = (...args: readonly string[]) => project.run(['review', ...args], { cwd: project.folder });

  it('fails when data is at risk, and says so on standard error', async () => {
    const { status, stdout, stderr } = await review('plan.json');
    expect([status, stdout]).to.deep.equal([1, '']);
    expect(stderr)
      .to.contain('The queue orders is destroyed')
      .and.to.contain('src/shop.ts:7')
      .and.to.contain('aws_sqs_queue.orders');
  });

  it('passes when nothing changes, and when nothing is asked to fail', async () => {
    expect((await review('empty.json')).status).to.equal(0);
    expect((await review('plan.json', '--fail-on', 'none')).status).to.equal(0);
    expect((await review('plan.json', '--fail-on', 'exposure,permissions')).status).to.equal(0);
    expect((await review('plan.json', '--fail-on', 'exposure,data-loss')).status).to.equal(1);
  });

  it('counts an approval up to its last day', async () => {
    expect((await review('old.json', '--today', '2026-06-30')).status).to.equal(0);
    const late = await review('old.json', '--today', '2026-07-01');
    expect([late.status, late.stderr.includes('ended on 2026-06-30')]).to.deep.equal([1, true]);
  });

  it('writes each format for programs to standard output, and nothing else anywhere', async () => {
    for (const format of ['markdown', 'json', 'sarif', 'github']) {
      const { status, stdout, stderr } = await review('plan.json', '--format', format);
      expect([status, stderr], format).to.deep.equal([1, '']);
      expect(stdout, format).to.contain('orders');
    }
    expect((await review('plan.json', '--format', 'xml')).status).to.equal(2);
  });

  it('reads standard input', () => {
    const args = [nimbuscBinary, 'review', '-', '--project', project.folder, '--format', 'json'];
    const { status, stdout } = spawnSync(process.execPath, args, { input: planText([QUEUE]), encoding: 'utf8' });
    expect([status, (JSON.parse(stdout) as { passed: boolean }).passed]).to.deep.equal([1, false]);
  });

  it('says what is wrong with its input', async () => {
    const wrong: readonly (readonly [readonly string[], RegExp])[] = [
      [
        ['state.json'],
        /^nimbusc: state\.json is no Terraform plan as JSON: it is a state, not a plan\nmake it with: terraform plan/,
      ],
      [['nimbus.yml'], /is no Terraform plan as JSON: it is no JSON/],
      [['missing.json'], /^nimbusc: missing\.json cannot be read: ENOENT/],
      [['plan.json', '--fail-on', 'expozure'], /--fail-on knows no "expozure"; it knows data-loss, log-loss/],
      [['plan.json', '--today', 'tomorrow'], /--today must be a day such as 2026-12-31/],
      [['plan.json', '--stage', 'dev,prod'], /a plan is of one stage/],
      [[], /Not enough non-option arguments|Missing|plan/],
    ];
    for (const [args, message] of wrong) {
      const { status, stdout, stderr } = await review(...args);
      expect([status, stdout], args.join(' ')).to.deep.equal([2, '']);
      expect(stderr, args.join(' ')).to.match(message);
    }
  });

  it('checks what the configuration says about reviews', async () => {
    const wrong: readonly (readonly [string, RegExp])[] = [
      [
        'approved: [{ rule: data-loss }]',
        /item 1 of "review\.approved" must be a finding with "rule" and "reason", not one without "reason"/,
      ],
      ['approved: [{ rule: data, reason: x }]', /must be a rule of a review/],
      ["approved: [{ rule: exposure, reason: x, until: '2026-13-01' }]", /must be a day such as 2026-12-31/],
      ['failOn: [dataloss]', /must be one of "data-loss"/],
      ['failon: []', /did you mean "failOn"/],
    ];
    for (const [text, message] of wrong) {
      await project.write('wrong.yml', `projectName: shop\nreview:\n  ${text}\n`);
      const { status, stderr } = await review('plan.json', '--config', project.path('wrong.yml'));
      expect(status, stderr).to.equal(2);
      expect(stderr).to.match(message);
    }
  });
});
