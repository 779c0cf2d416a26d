import type { JsonObject } from '../../../compiler/ir/json.js';

/**
 * Settings that Terraform's AWS provider (5.100) cannot change in place, of the resources that nimbusc emits: `ForceNew` in
 * its schemas. The end-to-end test of reviews compares this with plans of the provider.
 */
const FORCES_NEW: Readonly<Record<string, readonly string[]>> = {
  aws_apigatewayv2_api: ['protocol_type'],
  aws_apigatewayv2_authorizer: ['api_id'],
  aws_apigatewayv2_integration: ['api_id', 'integration_type'],
  aws_apigatewayv2_route: ['api_id'],
  aws_apigatewayv2_stage: ['api_id', 'name'],
  aws_cloudwatch_event_rule: ['name', 'event_bus_name'],
  aws_cloudwatch_event_target: ['rule', 'event_bus_name', 'target_id'],
  aws_cloudwatch_log_group: ['name', 'log_group_class'],
  aws_cognito_user_pool: ['alias_attributes', 'username_attributes', 'username_configuration'],
  aws_cognito_user_pool_client: ['user_pool_id', 'generate_secret'],
  aws_db_instance: ['engine', 'username', 'db_name', 'storage_encrypted', 'kms_key_id', 'availability_zone'],
  aws_db_subnet_group: ['name'],
  aws_dynamodb_table: ['name', 'hash_key', 'range_key', 'local_secondary_index'],
  aws_iam_role: ['name', 'path'],
  aws_iam_role_policy: ['name', 'role'],
  aws_iam_role_policy_attachment: ['role', 'policy_arn'],
  aws_lambda_event_source_mapping: ['event_source_arn', 'starting_position', 'starting_position_timestamp', 'queues', 'topics'],
  aws_lambda_function: ['function_name', 'package_type'],
  aws_lambda_invocation: ['function_name', 'qualifier', 'triggers', 'input'],
  aws_lambda_permission: [
    'action',
    'function_name',
    'principal',
    'qualifier',
    'source_account',
    'source_arn',
    'statement_id',
    'principal_org_id',
    'function_url_auth_type',
    'event_source_token',
  ],
  aws_rds_cluster: [
    'cluster_identifier',
    'database_name',
    'engine',
    'master_username',
    'storage_encrypted',
    'kms_key_id',
    'db_subnet_group_name',
    'snapshot_identifier',
  ],
  aws_rds_cluster_instance: ['cluster_identifier', 'identifier', 'engine'],
  aws_route_table: ['vpc_id'],
  aws_route_table_association: ['gateway_id', 'subnet_id'],
  aws_s3_bucket: ['bucket', 'bucket_prefix', 'object_lock_enabled'],
  aws_s3_bucket_cors_configuration: ['bucket'],
  aws_s3_bucket_notification: ['bucket'],
  aws_s3_bucket_ownership_controls: ['bucket'],
  aws_s3_bucket_policy: ['bucket'],
  aws_s3_bucket_public_access_block: ['bucket'],
  aws_s3_bucket_server_side_encryption_configuration: ['bucket'],
  aws_s3_bucket_website_configuration: ['bucket'],
  aws_s3_object: ['bucket', 'key'],
  aws_secretsmanager_secret: ['name', 'name_prefix'],
  aws_secretsmanager_secret_version: ['secret_binary', 'secret_id', 'secret_string'],
  aws_security_group: ['name', 'description', 'vpc_id'],
  aws_sns_topic: ['name', 'fifo_topic'],
  aws_sns_topic_subscription: ['endpoint', 'protocol', 'topic_arn'],
  aws_sqs_queue: ['name', 'fifo_queue'],
  aws_subnet: ['availability_zone', 'cidr_block', 'vpc_id'],
  aws_vpc: ['cidr_block'],
  aws_vpc_endpoint: ['service_name', 'vpc_endpoint_type', 'vpc_id'],
  aws_vpc_security_group_egress_rule: ['security_group_id'],
  aws_vpc_security_group_ingress_rule: ['security_group_id'],
  terraform_data: ['triggers_replace'],
};

/** Settings that stay as they are when they are no longer written: `Optional` and `Computed` in the schemas. */
const STAYS: Readonly<Record<string, readonly string[]>> = {
  aws_db_instance: ['engine_version', 'license_model'],
  aws_dynamodb_table: ['stream_view_type', 'read_capacity', 'write_capacity'],
  aws_sqs_queue: ['policy'],
};

/** What Terraform never shows: `Sensitive` in the schemas. */
const SENSITIVE: Readonly<Record<string, readonly string[]>> = {
  aws_db_instance: ['password'],
  aws_secretsmanager_secret_version: ['secret_binary', 'secret_string'],
};

/** As a plan marks it. */
export function sensitiveSettings(type: string): JsonObject {
  return Object.fromEntries((SENSITIVE[type] ?? []).map((key) => [key, true]));
}

export function staysWhenAbsent(type: string, key: string): boolean {
  return STAYS[type]?.includes(key) ?? false;
}

export function forcesNew(type: string, key: string): boolean {
  return FORCES_NEW[type]?.includes(key) ?? false;
}
