/** Settles what CDKTF would otherwise derive from places in the construct tree. No import of CDKTF at run time. */
import type { TerraformElement, TerraformResource } from 'cdktf';

/** Gives an element its Terraform name. Must come before anything reads a reference to it. */
export function block(element: TerraformElement, logicalId: string): void {
  element.overrideLogicalId(logicalId);
}

/** The same for a resource that has to wait for others, named by address: `aws_iam_role_policy.Chat_onMessage`. */
export function blockAfter(resource: TerraformResource, logicalId: string, addresses: readonly string[]): void {
  block(resource, logicalId);
  // set as text: CDKTF's own way makes tokens, which only its slow resolver can read
  resource.dependsOn = [...addresses];
}
