/**
 * The private network of a stage: there when something in it may only be reached from inside. Functions that use such a thing
 * run in it, as members of its access group. No way leads to the internet; services are reached through gateways, which cost
 * nothing, and through endpoints for what those very functions are allowed to do.
 */
import { compareText } from '../../compiler/ir/span.js';
import type { PlannedFunction, PlannedResource } from '../../compiler/ir/stage-plan.js';
import type { AnyResource } from '../../compiler/kinds/index.js';
import { address, tags } from './handles.js';
import { loweringOf } from './kinds/index.js';
import { type AnyFragment, fragment, part } from './lowering.js';
import type { PlanView } from './plan-view.js';
import { block } from './synth/block.js';
import { exportsOf } from './synth/exports-of.js';
import { escapeTemplate } from './text.js';

export const SECURITY_GROUP = 'aws_security_group';
const INGRESS = 'aws_vpc_security_group_ingress_rule';
const EGRESS = 'aws_vpc_security_group_egress_rule';
const ENDPOINT = 'aws_vpc_endpoint';

/** All of the network's own parts are called so. */
const ID = 'network';
const ENDPOINTS = `${ID}-endpoints`;
export const VPC = `\${aws_vpc.${ID}.id}`;

/** Two, because Amazon RDS wants two availability zones. The third byte of their addresses leaves room for others. */
const SUBNETS = [
  { id: `${ID}-a`, range: '10.0.0.0/20', zone: 0 },
  { id: `${ID}-b`, range: '10.0.16.0/20', zone: 1 },
] as const;
const RANGE = '10.0.0.0/16';
const ROUTES = `\${aws_route_table.${ID}.id}`;
export const SUBNET_IDS = SUBNETS.map(({ id }) => `\${aws_subnet.${id}.id}`);

/** docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html */
const GATEWAYS = ['dynamodb', 's3'];
/** `@connections` is part of a public API, and endpoints for execute-api lead to private ones only. */
const OUT_OF_REACH = ['execute-api'];

/** docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions; AWS allows no narrower resource. */
export const INTERFACE_ACTIONS = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
];

/** The access groups that a function is a member of, as Terraform names; none: it runs outside of the network. */
export function groupsOf(fn: PlannedFunction, view: PlanView): readonly string[] {
  return fn.permissions.flatMap(({ resource }) => accessGroup(view.resource(resource)) ?? []).sort(compareText);
}

/** What a function calls, by the names that the actions of its permissions begin with, which are those of the services. */
export function servicesOf(fn: PlannedFunction, view: PlanView): readonly string[] {
  const actions = fn.permissions.flatMap(({ resource, operations }) => {
    const lowering = loweringOf(view.resource(resource).node.kind);
    return operations.flatMap((operation) => (lowering.actions[operation] ?? []).flatMap((grant) => grant.actions));
  });
  return [...new Set(actions.map((action) => action.split(':')[0] ?? ''))].sort(compareText);
}

export const isOutOfReach = (service: string): boolean => OUT_OF_REACH.includes(service);

export function networkFragments(view: PlanView): readonly AnyFragment[] {
  const groups = [...new Set(view.resources.flatMap((resource) => accessGroup(resource) ?? []))].sort(compareText);
  if (groups.length === 0) return [];
  const callers = callersOf(view);
  const services = [...callers.keys()].filter((service) => !GATEWAYS.includes(service)).sort(compareText);
  const { settings } = view;
  const common = {
    name: escapeTemplate(`${settings.project}-${settings.stage}`),
    tags: { ...tags(settings, null), Name: escapeTemplate(`${settings.project}-${settings.stage}`) },
  };
  const callerRules = [...callers].flatMap(([service, members]) =>
    [...members].sort(compareText).map((group) => ({ group, service: GATEWAYS.includes(service) ? service : null })),
  );
  // one endpoint or many, what leads to them is one rule for each group
  const rules = [...new Map(callerRules.map((rule) => [`${rule.group} ${rule.service}`, rule])).values()].sort(
    (a, b) => compareText(a.group, b.group) || compareText(a.service ?? '', b.service ?? ''),
  );
  const ends = [
    ...[...GATEWAYS, ...services].map((service) => address(ENDPOINT, `${ID}-${service}`)),
    ...rules.flatMap(({ group, service }) =>
      service === null
        ? [address(EGRESS, `${group}-${ENDPOINTS}`), address(INGRESS, `${group}-${ENDPOINTS}`)]
        : [address(EGRESS, `${group}-${service}`)],
    ),
  ];
  const routes = SUBNETS.map(({ id }) => address('aws_route_table_association', id));
  return [fragment(network, common, routes), fragment(endpoints, { ...common, services, rules }, ends)];
}

/** Services by who calls them: the access groups of functions that do. */
function callersOf(view: PlanView): ReadonlyMap<string, ReadonlySet<string>> {
  const callers = new Map<string, Set<string>>();
  for (const fn of view.functions) {
    const groups = groupsOf(fn, view);
    if (groups.length === 0) continue;
    for (const service of servicesOf(fn, view)) {
      if (isOutOfReach(service)) continue;
      const members = callers.get(service) ?? new Set();
      callers.set(service, members);
      for (const group of groups) members.add(group);
    }
  }
  return callers;
}

function accessGroup(resource: PlannedResource<AnyResource>): string | null {
  return loweringOf(resource.node.kind).accessGroup?.(resource) ?? null;
}

type NetworkInput = {
  readonly name: string;
  readonly tags: { readonly [key: string]: string };
};

const network = part({
  name: 'network',
  load: async () => ({
    ...(await exportsOf(import('@cdktf/provider-aws/lib/data-aws-availability-zones/index.js'))),
    ...(await exportsOf(import('@cdktf/provider-aws/lib/route-table/index.js'))),
    ...(await exportsOf(import('@cdktf/provider-aws/lib/route-table-association/index.js'))),
    ...(await exportsOf(import('@cdktf/provider-aws/lib/subnet/index.js'))),
    ...(await exportsOf(import('@cdktf/provider-aws/lib/vpc/index.js'))),
  }),
  build(bindings, { tags }: NetworkInput, stack) {
    const zones = new bindings.DataAwsAvailabilityZones(stack, 'zones', {
      state: 'available',
      // no local zones, which Amazon RDS may not know
      filter: [{ name: 'opt-in-status', values: ['opt-in-not-required'] }],
    });
    block(zones, ID);
    // names of endpoints lead to private addresses only with both
    const vpc = new bindings.Vpc(stack, 'vpc', { cidrBlock: RANGE, enableDnsHostnames: true, enableDnsSupport: true, tags });
    block(vpc, ID);
    block(new bindings.RouteTable(stack, 'routes', { vpcId: VPC, tags }), ID);
    for (const { id, range, zone } of SUBNETS) {
      const subnet = new bindings.Subnet(stack, id, {
        vpcId: VPC,
        cidrBlock: range,
        availabilityZone: `\${data.aws_availability_zones.${ID}.names[${zone}]}`,
        // a zone that AWS adds must not move the subnets
        lifecycle: { ignoreChanges: ['availability_zone'] },
        tags,
      });
      block(subnet, id);
      const association = { subnetId: `\${aws_subnet.${id}.id}`, routeTableId: ROUTES };
      block(new bindings.RouteTableAssociation(stack, `${id}-routes`, association), id);
    }
  },
});

type EndpointsInput = NetworkInput & {
  /** Those with an endpoint of their own; gateways are always there. */
  readonly services: readonly string[];
  /** From which group connections may go to a gateway's service, or to the endpoints. */
  readonly rules: readonly { readonly group: string; readonly service: string | null }[];
};

const HTTPS = { ipProtocol: 'tcp', fromPort: 443, toPort: 443 };

const endpoints = part({
  name: 'network-endpoints',
  load: async () => ({
    ...(await exportsOf(import('@cdktf/provider-aws/lib/data-aws-region/index.js'))),
    ...(await exportsOf(import('@cdktf/provider-aws/lib/security-group/index.js'))),
    ...(await exportsOf(import('@cdktf/provider-aws/lib/vpc-endpoint/index.js'))),
    ...(await exportsOf(import('@cdktf/provider-aws/lib/vpc-security-group-egress-rule/index.js'))),
    ...(await exportsOf(import('@cdktf/provider-aws/lib/vpc-security-group-ingress-rule/index.js'))),
  }),
  build(bindings, { name, services, rules, tags }: EndpointsInput, stack) {
    block(new bindings.DataAwsRegion(stack, 'region'), ID);
    const group = { name: `endpoints-of-${name}`, description: 'Endpoints of AWS services', vpcId: VPC, tags };
    block(new bindings.SecurityGroup(stack, 'endpoints', group), ENDPOINTS);
    const endpointGroup = `\${${address(SECURITY_GROUP, ENDPOINTS)}.id}`;
    const gateway = { vpcEndpointType: 'Gateway', routeTableIds: [ROUTES] };
    const own = {
      ...{ vpcEndpointType: 'Interface', privateDnsEnabled: true },
      ...{ subnetIds: SUBNET_IDS, securityGroupIds: [endpointGroup] },
    };
    for (const service of [...GATEWAYS, ...services]) {
      const serviceName = `com.amazonaws.\${data.aws_region.${ID}.id}.${service}`;
      const form = GATEWAYS.includes(service) ? gateway : own;
      const endpoint = new bindings.VpcEndpoint(stack, `endpoint-${service}`, { vpcId: VPC, serviceName, ...form, tags });
      block(endpoint, `${ID}-${service}`);
    }
    for (const { group: id, service } of rules) {
      const members = `\${${address(SECURITY_GROUP, id)}.id}`;
      const way = `${id}-${service ?? ENDPOINTS}`;
      const to =
        service === null
          ? { referencedSecurityGroupId: endpointGroup }
          : { prefixListId: `\${${address(ENDPOINT, `${ID}-${service}`)}.prefix_list_id}` };
      const leave = { securityGroupId: members, ...to, ...HTTPS, tags };
      block(new bindings.VpcSecurityGroupEgressRule(stack, `out-${way}`, leave), way);
      if (service !== null) continue;
      const enter = { securityGroupId: endpointGroup, referencedSecurityGroupId: members, ...HTTPS, tags };
      block(new bindings.VpcSecurityGroupIngressRule(stack, `in-${way}`, enter), way);
    }
  },
});
