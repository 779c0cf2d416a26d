/**
 * In: the Terraform module of a generated project. Out: what `terraform show -json` prints of a plan for it, in the shape that
 * Terraform 1.11 with the AWS provider gives: state, configuration, planned values, and an entry for each resource, of which
 * one in ten is a change.
 */

type Values = { readonly [key: string]: unknown };

interface Resource {
  readonly address: string;
  readonly type: string;
  readonly name: string;
  readonly block: Values;
}

const PROVIDER = 'registry.terraform.io/hashicorp/aws';
const ACCOUNT = '123456789012';
const META = ['depends_on', 'lifecycle'];
/** Of how many resources of a type one is changed. */
const ONE_IN = 10;

/** What the provider adds to the state of each type beside what is written; the rest of its attributes are null. */
const COMPUTED: { readonly [type: string]: (name: string) => Values } = {
  aws_lambda_function: (name) => ({
    ...withArn(`lambda:eu-west-1:${ACCOUNT}:function:${name}`),
    invoke_arn: `arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:${ACCOUNT}:function:${name}/invocations`,
    qualified_arn: `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:${name}:$LATEST`,
    code_sha256: 'yuYuCWevyKUvCNpJjRBFt+jTsBkCqNk2SuIDfxDZy/s=',
    last_modified: '2026-11-20T09:12:44.210+0000',
    source_code_size: 69496,
    version: '$LATEST',
    package_type: 'Zip',
    reserved_concurrent_executions: -1,
    skip_destroy: false,
    publish: false,
    ephemeral_storage: [{ size: 512 }],
    logging_config: [{ application_log_level: '', log_format: 'Text', log_group: `/aws/lambda/${name}`, system_log_level: '' }],
    tracing_config: [{ mode: 'PassThrough' }],
    ...nulls('code_signing_config_arn', 'description', 'image_uri', 'kms_key_arn', 'layers', 's3_bucket', 's3_key', 'timeouts'),
    ...nulls('dead_letter_config', 'file_system_config', 'image_config', 'snap_start', 'vpc_config', 's3_object_version'),
  }),
  aws_iam_role: (name) => ({
    ...withArn(`iam::${ACCOUNT}:role/${name}`),
    create_date: '2026-11-20T09:12:31Z',
    force_detach_policies: false,
    inline_policy: [{ name: 'permissions', policy: '{}' }],
    managed_policy_arns: [],
    max_session_duration: 3600,
    path: '/',
    unique_id: 'AROAQ3EGUZMEEXAMPLE42',
    ...nulls('description', 'name_prefix', 'permissions_boundary'),
  }),
  aws_cloudwatch_log_group: (name) => ({
    ...withArn(`logs:eu-west-1:${ACCOUNT}:log-group:/aws/lambda/${name}`),
    log_group_class: 'STANDARD',
    skip_destroy: false,
    ...nulls('kms_key_id', 'name_prefix'),
  }),
  aws_lambda_permission: (name) => ({
    id: `terraform-${name}`,
    statement_id_prefix: '',
    ...nulls('event_source_token', 'function_url_auth_type', 'principal_org_id', 'qualifier', 'source_account'),
  }),
  aws_apigatewayv2_integration: (name) => ({
    id: name.slice(-8),
    connection_id: '',
    connection_type: 'INTERNET',
    integration_response_selection_expression: '',
    passthrough_behavior: '',
    template_selection_expression: '',
    timeout_milliseconds: 30000,
    tls_config: [],
    ...nulls('content_handling_strategy', 'credentials_arn', 'description', 'request_parameters', 'request_templates'),
  }),
  aws_apigatewayv2_route: (name) => ({
    id: name.slice(-8),
    api_key_required: false,
    request_parameter: [],
    ...nulls('authorization_scopes', 'authorizer_id', 'model_selection_expression', 'operation_name', 'request_models'),
  }),
};

export function planOf(module: string): { readonly text: string; readonly resources: number } {
  const { resource } = JSON.parse(module) as {
    readonly resource: { readonly [type: string]: { readonly [name: string]: Values } };
  };
  const resources = Object.entries(resource).flatMap(([type, named]) =>
    Object.entries(named).map(([name, block]): Resource => ({ address: `${type}.${name}`, type, name, block })),
  );
  const direct = new Map(resources.map(({ address, block }) => [address, referencesIn(block)]));
  const stated = resources.map((one) => ({ ...identity(one), schema_version: 0, values: valuesOf(one) }));
  const plan = {
    format_version: '1.2',
    terraform_version: '1.11.4',
    planned_values: { root_module: { resources: stated } },
    resource_changes: resources.map((one, index) => changeOf(one, index)),
    prior_state: {
      format_version: '1.0',
      terraform_version: '1.11.4',
      values: {
        root_module: {
          resources: stated.map((one) => ({ ...one, sensitive_values: {}, depends_on: closureOf(one.address, direct) })),
        },
      },
    },
    configuration: {
      provider_config: { aws: { name: 'aws', full_name: PROVIDER, version_constraint: '5.100.0' } },
      root_module: { resources: resources.map(configurationOf) },
    },
    timestamp: '2026-11-22T10:00:00Z',
    applyable: true,
    complete: true,
    errored: false,
  };
  return { text: JSON.stringify(plan), resources: resources.length };
}

function identity({ address, type, name }: Resource) {
  return { address, mode: 'managed', type, name, provider_name: PROVIDER };
}

function changeOf(resource: Resource, index: number): Values {
  const before = valuesOf(resource);
  const after = index % ONE_IN === 0 ? changed(resource, before) : before;
  const replaced = after !== before && resource.type === 'aws_lambda_permission';
  const actions = after === before ? ['no-op'] : replaced ? ['delete', 'create'] : ['update'];
  return {
    ...identity(resource),
    ...(replaced ? { action_reason: 'replace_because_cannot_update' } : {}),
    change: {
      actions,
      before,
      after,
      after_unknown: replaced ? { id: true } : {},
      before_sensitive: {},
      after_sensitive: {},
      ...(replaced ? { replace_paths: [['action']] } : {}),
    },
  };
}

/** A function that is deployed again, a permission more, and of the rest another tag or another name. */
function changed({ type }: Resource, before: Values): Values {
  if (type === 'aws_lambda_function') return { ...before, source_code_hash: 'another', memory_size: 2048 };
  if (type === 'aws_iam_role_policy') return { ...before, policy: String(before['policy']).replace('GetItem', 'PutItem') };
  if (type === 'aws_lambda_permission') return { ...before, action: 'lambda:InvokeFunctionUrl' };
  return { ...before, description: 'another' };
}

function valuesOf({ type, name, block }: Resource): Values {
  const written = Object.entries(block).filter(([key]) => !META.includes(key));
  const tags = block['tags'] === undefined ? {} : { tags_all: block['tags'] };
  return { ...withoutTemplates(Object.fromEntries(written), name), ...tags, ...(COMPUTED[type]?.(name) ?? { id: name }) };
}

/** Templates with what the state has in their place. */
function withoutTemplates(value: Values, name: string): Values {
  const text = JSON.stringify(value).replace(/\$\{(aws_[a-z0-9_]+)\.([\w-]+)\.[a-z_]+\}/g, (_, type: string, of: string) =>
    type === 'aws_dynamodb_table'
      ? `arn:aws:dynamodb:eu-west-1:${ACCOUNT}:table/${of}`
      : `arn:aws:any:eu-west-1:${ACCOUNT}:${of}`,
  );
  return JSON.parse(text.replaceAll('${path.module}', `./modules/${name}`)) as Values;
}

function configurationOf(resource: Resource): Values {
  const { depends_on, ...block } = resource.block;
  const expression = (value: unknown): Values => {
    const references = referencesIn(value);
    if (references.length === 0) return { constant_value: value };
    return { references: references.flatMap((one) => [`${one}.arn`, one]) };
  };
  const expressions = Object.fromEntries(Object.entries(block).map(([key, value]) => [key, expression(value)]));
  return {
    ...identity(resource),
    provider_config_key: 'aws',
    expressions,
    schema_version: 0,
    ...(depends_on === undefined ? {} : { depends_on }),
  };
}

function referencesIn(value: unknown): readonly string[] {
  const text = JSON.stringify(value);
  const named = [...text.matchAll(/\$\{((?:aws|terraform)_[a-z0-9_]+\.[\w-]+)\./g)].map(([, address = '']) => address);
  const { depends_on = [] } = (value ?? {}) as { readonly depends_on?: readonly string[] };
  return [...new Set([...named, ...depends_on])];
}

/** The state has with each resource all that it depends on, over others too. */
function closureOf(address: string, direct: ReadonlyMap<string, readonly string[]>): readonly string[] {
  // A set is walked to its end, what is added on the way included.
  const found = new Set(direct.get(address));
  for (const one of found) for (const other of direct.get(one) ?? []) found.add(other);
  return [...found].sort();
}

function withArn(resource: string): Values {
  const arn = `arn:aws:${resource}`;
  return { id: resource.slice(resource.lastIndexOf(':') + 1), arn };
}

function nulls(...names: readonly string[]): Values {
  return Object.fromEntries(names.map((name) => [name, null]));
}
