import { expect } from 'chai';
import { reviewCategories } from '../../../compiler/config/config-schema.js';
import { judge } from '../../../compiler/review/gate.js';
import { categories } from '../../../compiler/review/model.js';
import { planText, reviewEntries, reviewOf, TAGS } from '../../support/plans.js';

const ADDRESS = 'aws_sqs_queue.orders';
const review = () => reviewEntries({ address: ADDRESS, before: { name: 'a', tags: TAGS } });
const settings = { failOn: ['data-loss'] as const, approved: [], allowDestroy: [], today: '2026-11-22' };
const approval = { rule: 'data-loss/queue-destroyed', address: ADDRESS, reason: 'it is empty', until: '2026-11-22' };

describe('the gate of a review', () => {
  it('knows the categories that the configuration knows', () => {
    expect(reviewCategories).to.deep.equal([...categories]);
  });

  it('fails on the categories that are asked for, and on no other', async () => {
    expect(judge(await review(), settings).passed).to.equal(false);
    expect(judge(await review(), { ...settings, failOn: ['exposure'] }).passed).to.equal(true);
    expect(judge(await review(), { ...settings, failOn: [] }).passed).to.equal(true);
  });

  it('lets pass what is approved, up to the last day, and shows why', async () => {
    const verdict = judge(await review(), { ...settings, approved: [approval] });
    expect(verdict.passed).to.equal(true);
    expect(verdict.review.findings[0]?.approved).to.deep.equal({ reason: 'it is empty', until: '2026-11-22' });
    const late = judge(await review(), { ...settings, approved: [approval], today: '2026-11-23' });
    expect(late.passed).to.equal(false);
    expect(late.notes).to.deep.equal([`The approval of data-loss/queue-destroyed for ${ADDRESS} ended on 2026-11-22.`]);
  });

  it('matches approvals by rule or category, and by address', async () => {
    const passes = async (change: object) =>
      judge(await review(), { ...settings, approved: [{ ...approval, ...change }] }).passed;
    expect(await passes({ rule: 'data-loss', address: null, until: null })).to.equal(true);
    expect(await passes({ rule: 'data-loss/table-destroyed' })).to.equal(false);
    expect(await passes({ address: 'aws_sqs_queue.others' })).to.equal(false);
    expect(await passes({ rule: 'exposure' })).to.equal(false);
  });

  it('lets pass the loss of data that "allowDestroy" names', async () => {
    expect(judge(await review(), { ...settings, allowDestroy: [ADDRESS] }).passed).to.equal(true);
    expect(judge(await review(), { ...settings, allowDestroy: ['aws_sqs_queue.others'] }).passed).to.equal(false);
  });

  it('fails a plan that is incomplete, whatever is in it', async () => {
    expect(judge(await reviewOf(planText([], { errored: true })), { ...settings, failOn: [] }).passed).to.equal(false);
  });
});
