/** NIM14xx: stages. */
import { code, defineCodes } from '../diagnostic.js';
import { page } from '../page.js';
import { didYouMean, quote, someOf, stagesInWords } from '../words.js';

export const stageCodes = defineCodes({
  NIM1401: code<{ stage: string; nearest: string | null; known: readonly string[] }>({
    slug: 'stage-unknown',
    severity: 'error',
    message: ({ stage }) => `nothing of the project is deployed in a stage ${quote(stage)}`,
    hint: ({ nearest, known }) => didYouMean(nearest, `stages of the project: ${someOf(known)}`),
    explain: page({
      what: 'A stage is asked for that neither the source nor "defaultStages" mentions.',
      why: `An empty deployment is not built: applied, it would remove all that is deployed under that name.`,
      bad: { sh: `nimbusc build --stage production` },
      good: { sh: `nimbusc build --stage prod` },
    }),
  }),

  NIM1402: code<{ what: string; name: string | null; user: string; stages: readonly string[] }>({
    slug: 'resource-absent-in-stage',
    severity: 'error',
    message: ({ what, user, stages }) => `${what} is not deployed in ${stagesInWords(stages)}, where ${user} needs it`,
    hint: ({ name, user, stages }) => {
      const list = stages.map((stage) => `'${stage}'`).join(', ');
      const of = name === null ? 'one of its functions' : quote(name);
      return `add ${list} to the "stages" of ${of}, or remove ${stages.length === 1 ? 'it' : 'them'} from those of ${user}`;
    },
    explain: page({
      what: 'A function uses a resource in a stage where the resource is not deployed.',
      why: `
        A decorator without "stages" applies to the "defaultStages" of the configuration, which are only ['dev'] unless
        it says otherwise. The function would be deployed, and fail when it first uses the resource.`,
      bad: `
        @DocumentStore()
        export class Order {
          @Key() id = '';
        }

        export class Orders {
          @HttpServerlessFunction({ method: 'GET', path: 'orders', stages: ['dev', 'prod'] })
          @UsesDocumentStore({ dataModel: Order, stages: ['dev', 'prod'] })
          list(): string[] { return []; }
        }`,
      good: `
        @DocumentStore({ stages: ['dev', 'prod'] })
        export class Order {
          @Key() id = '';
        }

        export class Orders {
          @HttpServerlessFunction({ method: 'GET', path: 'orders', stages: ['dev', 'prod'] })
          @UsesDocumentStore({ dataModel: Order, stages: ['dev', 'prod'] })
          list(): string[] { return []; }
        }`,
    }),
  }),

  NIM1403: code<{ decorator: string }>({
    slug: 'stages-empty',
    severity: 'warning',
    message: ({ decorator }) => `@${decorator} applies to no stage, because its "stages" are empty`,
    hint: () => 'name a stage, or remove "stages" to use the project\'s defaultStages',
    explain: page({
      what: 'A decorator has an empty list of stages.',
      why: `Such a decorator describes nothing that is ever deployed.`,
      bad: `
        @DocumentStore({ stages: [] })
        export class Order {
          @Key() id = '';
        }`,
      good: `
        @DocumentStore({ stages: ['dev'] })
        export class Order {
          @Key() id = '';
        }`,
    }),
  }),

  NIM1404: code<{ decorator: string; target: string }>({
    slug: 'stage-covered-twice',
    severity: 'error',
    message: ({ decorator, target }) => `@${decorator} stands on ${quote(target)} twice for the same stage`,
    hint: () => 'let each stage be named by one of them',
    explain: page({
      what: 'Two decorators of one kind on the same thing apply to the same stage.',
      why: `
        A decorator that names a stage wins over one without "stages". Between two that both name it, or two that both
        have no "stages", nothing can decide.`,
      bad: `
        @CustomFactory(ChatFactory)
        @CustomFactory(LoudChatFactory)
        export class Chat {
          constructor(private readonly room: string) {}

          @WebSocketServerlessFunction({ topic: 'say' })
          say(): void {}
        }`,
      good: `
        @CustomFactory(ChatFactory)
        export class Chat {
          constructor(private readonly room: string) {}

          @WebSocketServerlessFunction({ topic: 'say' })
          say(): void {}
        }`,
    }),
  }),

  NIM1405: code<{ key: string; stage: string; nearest: string | null; known: readonly string[] }>({
    slug: 'configured-stage-unused',
    severity: 'warning',
    message: ({ key, stage }) =>
      `${quote(key)} in the configuration names the stage ${quote(stage)}, in which nothing is deployed`,
    hint: ({ nearest, known }) => didYouMean(nearest, `stages of the project: ${someOf(known)}`),
    explain: page({
      what: 'The configuration says something about a stage that the source does not have.',
      why: `
        A stage exists as soon as a decorator or "defaultStages" names it. A setting for any other one is mostly a typing
        mistake; in "protect" it would leave the data of the stage that is meant unprotected.`,
      bad: {
        yaml: `
          projectName: chat
          defaultStages: [dev, prod]
          protect: [production]`,
      },
      good: {
        yaml: `
          projectName: chat
          defaultStages: [dev, prod]
          protect: [prod]`,
      },
    }),
  }),

  NIM1406: code<{ stages: readonly string[] }>({
    slug: 'state-shared-by-stages',
    severity: 'error',
    message: ({ stages }) =>
      `${stagesInWords(stages)} would keep their state in the same place, so that applying one destroys the other`,
    hint: () => 'write ${stage} into a setting of the backend, such as the key, or give each stage a backend of its own',
    explain: page({
      what: 'One backend is configured for several stages, and nothing in it differs from stage to stage.',
      why: `
        Terraform compares the module with the state. With one state for two modules it would plan to remove all that the
        other stage has. "\${stage}" in a setting stands for the name of the stage.`,
      bad: {
        yaml: `
          projectName: chat
          defaultStages: [dev, prod]
          backend: { s3: { bucket: chat-state, key: terraform.tfstate, region: eu-west-1 } }`,
      },
      good: {
        yaml: `
          projectName: chat
          defaultStages: [dev, prod]
          backend: { s3: { bucket: chat-state, key: "\${stage}/terraform.tfstate", region: eu-west-1 } }`,
      },
    }),
  }),
});
