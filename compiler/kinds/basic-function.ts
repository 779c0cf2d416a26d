/** Basic functions: methods that other functions call by a client, or that a schedule calls. */
import { referenceCodes } from '../diagnostics/codes/references.js';
import { code, defineCodes } from '../diagnostics/diagnostic.js';
import { page } from '../diagnostics/page.js';
import { closest } from '../diagnostics/suggest.js';
import { contentHash } from '../hash.js';
import type { ClassShape, NodeBase } from '../ir/graph.js';
import { wireText } from '../ir/serialise.js';
import { compareText } from '../ir/span.js';
import { admitsUndefined, underlying, type WireType } from '../ir/wire-type.js';
import { s } from '../schema/schema.js';
import { decorator, type FunctionDraft, type Kind } from './definition.js';
import { functionOptions } from './function-options.js';
import { readSchedule, scheduleCodes } from './schedule.js';
import { targetIdentity } from './store.js';

export interface BasicFunctionNode extends NodeBase<'basic-function'> {
  /** The class that clients are asked for with. */
  readonly class: ClassShape;
  readonly method: string;
  readonly result: WireType;
  /** As EventBridge has them; sorted. */
  readonly schedules: readonly string[];
}

const ownCodes = defineCodes({
  NIM2906: code<{ method: string; param: string }>({
    slug: 'schedule-with-parameter',
    severity: 'error',
    message: ({ method, param }) => `"${method}" is called by a schedule, which has nothing to give to its parameter "${param}"`,
    hint: () => 'remove the parameter, or call the method from a second one that has the schedule',
    explain: page({
      what: 'A method with a schedule has a parameter.',
      why: 'A schedule calls the method at its time, and says nothing else.',
      bad: `
        export class Reports {
          @BasicServerlessFunction({ cron: 'rate(1 day)' })
          send(to: string): void {}
        }`,
      good: `
        export class Reports {
          @BasicServerlessFunction({ cron: 'rate(1 day)' })
          sendToAll(): void { this.send('everybody@example.com'); }

          private send(to: string): void {}
        }`,
    }),
  }),
  NIM2907: code<{ name: string; schedule: string | null }>({
    slug: 'basic-function-twice',
    severity: 'error',
    message: ({ name, schedule }) =>
      schedule === null
        ? `${name} is a @BasicServerlessFunction without a schedule twice in one stage`
        : `${name} has the schedule ${schedule} twice in one stage`,
    hint: () => 'keep one of the decorators, or give them different stages',
    explain: page({
      what: 'A method is made the same basic function twice in one stage.',
      why: `
        A method may have several schedules, each with a decorator of its own, but a second decorator that says the same
        says nothing, or was meant to say something else.`,
      bad: `
        export class Reports {
          @BasicServerlessFunction({ cron: 'rate(1 day)' })
          @BasicServerlessFunction({ cron: 'rate(1 day)' })
          send(): void {}
        }`,
      good: `
        export class Reports {
          @BasicServerlessFunction({ cron: 'cron(0 6 * * ? *)' })
          @BasicServerlessFunction({ cron: 'cron(0 18 * * ? *)' })
          send(): void {}
        }`,
    }),
  }),
  NIM2908: code<{ name: string; user: string }>({
    slug: 'basic-function-absent',
    severity: 'error',
    message: ({ name, user }) => `${user} wants to call ${name}, which is no @BasicServerlessFunction in the same stage`,
    hint: ({ name }) =>
      `put @BasicServerlessFunction() on ${name}, add the stage to its "stages", or leave it out of those that use it`,
    explain: page({
      what: 'A function uses a method that is no basic function in the stage in question.',
      why: `
        Only basic functions can be called from other functions: those of other kinds are called with events of their
        triggers. And a function that is not deployed in a stage cannot be called there.`,
      bad: `
        export class Reports {
          create(): void {}
        }

        export class Orders {
          @HttpServerlessFunction({ method: 'POST', path: 'reports' })
          @UsesBasicServerlessFunction({ targetClass: Reports, methodName: 'create' })
          report(): void {}
        }`,
      good: `
        export class Reports {
          @BasicServerlessFunction()
          create(): void {}
        }

        export class Orders {
          @HttpServerlessFunction({ method: 'POST', path: 'reports' })
          @UsesBasicServerlessFunction({ targetClass: Reports, methodName: 'create' })
          report(): void {}
        }`,
    }),
  }),
});

// EventBridge: docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html
const fields = { cron: s.string({ maxLength: 256 }).optional(), ...functionOptions };

const idOf = (className: string, method: string): string => `basic-function:${className}.${method}`;

const triggers = decorator({
  name: 'BasicServerlessFunction',
  role: 'triggers',
  target: 'method',
  form: 'options',
  repeatable: true,
  fields,
  // one that names the stage replaces the schedules of those that name none
  identity: () => '',

  trigger({ options, span }, target, context) {
    const { owner, method, name } = target;
    const schedule = options.cron === undefined ? null : readSchedule(options.cron, context);
    const [param] = method.params;
    if (options.cron !== undefined && param !== undefined) {
      context.sink.for(ownCodes).report('NIM2906', { method: method.name, param: param.name }, param.span, {
        related: [{ span: options.cron.span, text: 'the schedule is here' }],
      });
    }
    const id = idOf(owner.name, method.name);
    const before = context.existing(id) as BasicFunctionNode | null;
    const schedules = new Set(before?.schedules);
    const isKnown = schedule !== null ? schedules.has(schedule) : options.cron === undefined && isPlain(before);
    if (before !== null && isKnown) {
      context.sink.for(ownCodes).report('NIM2907', { name, schedule }, span, {
        related: [{ span: before.source, text: 'the first one is here' }],
        stages: [context.stage],
      });
    }
    if (schedule !== null) schedules.add(schedule);
    const node: BasicFunctionNode = {
      kind: 'basic-function',
      id,
      name,
      source: before?.source ?? span,
      class: classOf(target),
      method: method.name,
      result: method.result,
      schedules: [...schedules].sort(compareText),
    };
    context.add(node);
    context.edge({ kind: 'triggers', from: id, to: target.id, source: node.source });
  },
});

const uses = decorator({
  name: 'UsesBasicServerlessFunction',
  role: 'uses',
  target: 'method',
  form: 'options',
  repeatable: true,
  fields: { targetClass: s.reference('a class'), methodName: s.string({ nonEmpty: true }), stages: s.stages() },
  identity: ({ targetClass, methodName }) => `${targetIdentity(targetClass)}.${methodName.value}`,

  use({ options, span, spec }, user, context) {
    const target = context.classInfo(options.targetClass, spec.name, 'targetClass');
    if (target === null) return;
    const { name: className, methods } = target;
    const method = options.methodName.value;
    const related = [{ span: target.declaredAt, text: `"${className}" is declared here` }];
    if (!methods.includes(method)) {
      const nearest = closest(method, methods);
      context.sink.for(referenceCodes).report('NIM1304', { className, method, nearest }, options.methodName.span, { related });
      return;
    }
    const node = context.existing(idOf(className, method)) as BasicFunctionNode | null;
    if (node === null || node.class.module !== target.module) {
      // The decorator that is missing may be one that was reported.
      if (context.incomplete) return;
      const params = { name: `${className}.${method}`, user: user.name };
      context.sink.for(ownCodes).report('NIM2908', params, options.methodName.span, { related, stages: [context.stage] });
      return;
    }
    context.edge({ kind: 'uses', from: user.id, to: node.id, source: span, operations: ['invoke'], because: [span] });
  },
});

export const basicFunction: Kind = {
  name: 'basic-function',
  codes: { ...scheduleCodes, ...ownCodes },
  decorators: [triggers, uses],
  exports: [
    'BasicServerlessFunctionClient',
    'BasicServerlessFunctionInterface',
    'BasicServerlessFunctionOptions',
    'InvocationException',
    'MethodName',
    'UsesBasicServerlessFunctionOptions',
  ],
  handler: { event: null, body: true, answers: true },
  operations: { invoke: { summary: 'call a function', methods: ['invoke', 'invokeAsync'] } },
  clients: {
    getBasicServerlessFunctionClient: { target: 0, method: 1, gives: { invoke: 'result' } },
    getBasicServerlessFunctionInterface: { target: 0, everyMember: 'invoke', gives: { invoke: 'result' } },
  },
  permits: (target) => [
    { option: 'targetClass', value: target.class ?? '' },
    { option: 'methodName', value: `'${target.method ?? ''}'` },
  ],
  delivers: { client: 'getBasicServerlessFunctionClient' },
  describe: {
    'basic-function': (node) => {
      const { schedules, result } = node as BasicFunctionNode;
      return { schedules, result: wireText(result) };
    },
  },

  client(node) {
    const { class: target, method, result } = node as BasicFunctionNode;
    const variable = variableOf(target.name, method);
    return {
      environment: [{ name: variable, attribute: 'name' }],
      target,
      data: { name: target.name, method, function: variable, result: { reads: result }, absent: isAbsent(result) },
    };
  },
};

const isPlain = (node: BasicFunctionNode | null): boolean => node !== null && node.schedules.length === 0;

function classOf({ owner }: FunctionDraft): ClassShape {
  return { name: owner.name, module: owner.file, local: owner.local, fields: [] };
}

/** JSON has nothing between null and no result at all; the type says which of them a null stands for. */
function isAbsent(result: WireType): boolean {
  const inner = underlying(result);
  if (inner.t !== 'union') return inner.t === 'undefined';
  return admitsUndefined(inner) && !inner.of.some((member) => underlying(member).t === 'null');
}

/** Names of classes and methods may hold characters that names of Lambda's environment variables may not. */
function variableOf(className: string, method: string): string {
  const clear = /^[A-Za-z0-9]+\.[A-Za-z0-9_]+$/.test(`${className}.${method}`);
  const clean = `${className}_${method}`.replace(/[^A-Za-z0-9_]/g, '_');
  return `NIMBUS_FUNCTION_${clear ? clean : `${clean}_${contentHash(`${className}.${method}`).slice(0, 8)}`}`;
}
