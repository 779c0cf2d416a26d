// Conditions -> DynamoDB condition and filter expressions. Names and values only ever go in as placeholders, so neither
// a reserved word nor what a user typed can become part of the expression.
import type { Condition, ConditionVariable } from '../../../../runtime/core/conditions.js';
import { NonRetryableException } from '../../../../runtime/core/errors.js';
import type { Shape } from '../../../../runtime/core/shape.js';
import type { Av } from './attribute-value.js';
import { toAttributeValue } from './write.js';

export interface Column {
  readonly column: string;
  readonly shape: Shape;
}

export interface Expression {
  readonly text: string;
  readonly names: Record<string, string>;
  readonly values: Record<string, Av>;
}

const operators = new Set(['=', '<>', '>', '>=', '<', '<=']);

/** @param columns by field */
export function toExpression(condition: Condition, columns: ReadonlyMap<string, Column>, store: string): Expression {
  const names: Record<string, string> = {};
  const values: Record<string, Av> = {};

  const columnOf = (field: string): Column => {
    const column = columns.get(field);
    if (column) return column;
    const known = [...columns.keys()].join(', ');
    throw new NonRetryableException(`${store} has no stored field "${field}"; its fields are ${known}`);
  };
  const name = ({ column }: Column): string => {
    const placeholder = Object.keys(names).find((key) => names[key] === column) ?? `#n${Object.keys(names).length}`;
    names[placeholder] = column;
    return placeholder;
  };
  const operand = (variable: ConditionVariable, field: string, shape: Shape): string => {
    if ('field' in variable) return name(columnOf(variable.field));
    if (variable.value === undefined)
      throw new NonRetryableException(`${store}.${field} cannot be compared with undefined; see AttributeNotExists`);
    const placeholder = `:v${Object.keys(values).length}`;
    values[placeholder] = toAttributeValue(shape, variable.value, `the value that ${store}.${field} is compared with,`);
    return placeholder;
  };
  const lower = (condition: Condition): string => {
    switch (condition?.test) {
      case 'exists':
        return `attribute_exists(${name(columnOf(condition.field))})`;
      case 'absent':
        return `attribute_not_exists(${name(columnOf(condition.field))})`;
      case 'compare': {
        const { field, operator } = condition;
        if (!operators.has(operator)) throw new NonRetryableException(`"${operator}" is not a comparison operator`);
        const column = columnOf(field);
        return `${name(column)} ${operator} ${operand(condition.with, field, column.shape)}`;
      }
      case 'not':
        return `NOT (${lower(condition.of)})`;
      case 'all':
        return condition.of.map((part) => (part.test === 'any' ? `(${lower(part)})` : lower(part))).join(' AND ');
      case 'any':
        return condition.of.map(lower).join(' OR ');
      default:
        throw new NonRetryableException('this is not a condition; a builder needs its build() call');
    }
  };
  return { text: lower(condition), names, values };
}
