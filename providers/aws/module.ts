/** The parts of the module that belong to the stage as a whole: versions, backend, provider, variables. */
import { compareText } from '../../compiler/ir/span.js';
import { loweringOf } from './kinds/index.js';
import { type AnyFragment, fragment, part } from './lowering.js';
import type { PlanView } from './plan-view.js';
import { block } from './synth/block.js';
import { exportsOf } from './synth/exports-of.js';
import { escapeDeep, escapeTemplate, type Json, type JsonObject } from './text.js';

export function moduleFragment(view: PlanView): AnyFragment {
  const { settings } = view;
  return fragment(modulePart, {
    region: settings.region === null ? null : escapeTemplate(settings.region),
    terraform: {
      required_version: '>= 1.5',
      required_providers: { aws: { source: 'hashicorp/aws', version: escapeTemplate(settings.awsProviderVersion) } },
      // always said: CDKTF would write an absolute path
      backend:
        settings.backend === null ? { local: { path: 'terraform.tfstate' } } : (escapeDeep(settings.backend) as JsonObject),
    },
    variables: variableNames(view),
  });
}

/** `${NAME}` of the user's: values that come from the machine that deploys, and are written nowhere. */
function variableNames(view: PlanView): readonly string[] {
  const names = new Set<string>();
  for (const fn of view.functions) {
    for (const binding of fn.environment) {
      if (binding.from !== 'text') continue;
      for (const part of binding.parts) if (typeof part !== 'string') names.add(part.variable);
    }
  }
  for (const { node } of view.resources) {
    for (const { name } of loweringOf(node.kind).variables?.(node) ?? []) names.add(name);
  }
  return [...names].sort(compareText);
}

type ModuleInput = {
  readonly region: string | null;
  readonly terraform: { readonly [key: string]: Json };
  readonly variables: readonly string[];
};

const modulePart = part({
  name: 'module',
  load: async () => {
    const { AwsProvider } = await exportsOf(import('@cdktf/provider-aws/lib/provider/index.js'));
    const { TerraformElement, TerraformVariable } = await exportsOf(import('cdktf'));
    return { AwsProvider, TerraformElement, TerraformVariable };
  },
  build({ AwsProvider, TerraformElement, TerraformVariable }, input: ModuleInput, stack) {
    new AwsProvider(stack, 'aws', input.region === null ? {} : { region: input.region });
    for (const name of input.variables) {
      const variable = new TerraformVariable(stack, `variable-${name}`, {
        type: 'string',
        sensitive: true,
        description: `Taken from TF_VAR_${name} when deploying.`,
      });
      block(variable, name);
    }
    // after the provider, whose bindings ask for the very version that they were made from
    new (class extends TerraformElement {
      override toTerraform(): object {
        return { terraform: input.terraform };
      }
    })(stack, 'terraform');
  },
});
