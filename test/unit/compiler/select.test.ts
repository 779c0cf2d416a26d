import { expect } from 'chai';
import type { ClassDecl, DecoratorDecl, DecoratorSpec, MethodDecl, PropertyDecl } from '../../../compiler/kinds/definition.js';
import { inStage, stagesOf } from '../../../compiler/phases/3-link/select.js';

const SPAN = { file: 'a.ts', start: 0, end: 1 };

/** A decorator that says `what`; those that say the same differ by their stages. */
function decl(what: string, stages: readonly string[] | null, name: string = 'D'): DecoratorDecl {
  const spec = { name, identity: (options: { what: string }) => options.what } as unknown as DecoratorSpec;
  return {
    spec,
    options: { what } as unknown as DecoratorDecl['options'],
    stages: stages?.map((value) => ({ value, span: SPAN })) ?? null,
    span: SPAN,
  };
}

const chosen = (decls: readonly DecoratorDecl[], stage: string, defaults: readonly string[] = ['dev']): number[] =>
  inStage(decls, stage, defaults).map((d) => decls.indexOf(d));

describe('the decorators that count in a stage', () => {
  it('are those that name it', () => {
    const decls = [decl('a', ['dev', 'prod']), decl('b', ['qa'])];
    expect(['dev', 'prod', 'qa', 'other'].map((stage) => chosen(decls, stage))).to.deep.equal([[0], [0], [1], []]);
  });

  it('are those without stages in the default stages only', () => {
    const decls = [decl('a', null)];
    expect(['dev', 'qa', 'prod'].map((stage) => chosen(decls, stage, ['dev', 'qa']))).to.deep.equal([[0], [0], []]);
  });

  it('are not those without stages where one that says the same names the stage', () => {
    const decls = [decl('a', null), decl('a', ['dev'])];
    expect(['dev', 'qa'].map((stage) => chosen(decls, stage, ['dev', 'qa']))).to.deep.equal([[1], [0]]);
  });

  it('are both when they say different things', () => {
    expect(chosen([decl('a', null), decl('b', ['dev'])], 'dev')).to.deep.equal([0, 1]);
    expect(chosen([decl('a', null, 'D'), decl('a', ['dev'], 'E')], 'dev'), 'two decorators').to.deep.equal([0, 1]);
  });

  it('are all of those that name the stage, so that a contradiction can be reported', () => {
    expect(chosen([decl('a', ['dev']), decl('a', ['dev', 'prod'])], 'dev')).to.deep.equal([0, 1]);
    expect(chosen([decl('a', null), decl('a', null)], 'dev')).to.deep.equal([0, 1]);
  });

  it('keep their order', () => {
    expect(chosen([decl('c', ['dev']), decl('a', null), decl('b', ['dev'])], 'dev')).to.deep.equal([0, 1, 2]);
  });

  it('say the same when their kind knows no differences', () => {
    const bare = (stages: readonly string[] | null): DecoratorDecl => ({
      ...decl('', stages),
      spec: { name: 'D' } as unknown as DecoratorSpec,
    });
    expect(chosen([bare(null), bare(['dev'])], 'dev')).to.deep.equal([1]);
  });
});

describe('the stages of a project', () => {
  const owner = (parts: Partial<ClassDecl>): ClassDecl =>
    ({ decorators: [], methods: [], properties: [], ...parts }) as unknown as ClassDecl;

  it('are the default ones and all that are named anywhere, each once and sorted', () => {
    const classes = [
      owner({ decorators: [decl('a', ['prod', 'qa'])] }),
      owner({ methods: [{ decorators: [decl('b', null), decl('c', ['Zed'])] } as unknown as MethodDecl] }),
      owner({ properties: [{ decorators: [decl('d', ['field'])] } as unknown as PropertyDecl] }),
    ];
    expect(stagesOf(classes, ['qa', 'dev'])).to.deep.equal(['Zed', 'dev', 'field', 'prod', 'qa']);
  });

  it('are the default ones when no decorator names any', () => {
    expect(stagesOf([owner({ decorators: [decl('a', null)] })], ['dev'])).to.deep.equal(['dev']);
    expect(stagesOf([], ['b', 'a'])).to.deep.equal(['a', 'b']);
  });
});
