import type { Expression } from '../model/index.ts';

/** An expression as people read it: `sum(errors) ÷ sum(requests)`. */
export function wordsOf(expression: Expression): string {
  if ('constant' in expression) return String(expression.constant);
  if ('seconds' in expression) return 'seconds';
  if ('add' in expression) return pair(expression.add, '+');
  if ('subtract' in expression) return pair(expression.subtract, '−');
  if ('multiply' in expression) return pair(expression.multiply, '×');
  if ('divide' in expression) return pair(expression.divide, '÷');
  if ('sine' in expression) return `sine(${wordsOf(expression.sine)})`;
  if ('cosine' in expression) return `cosine(${wordsOf(expression.cosine)})`;
  const [[verb, operands]] = Object.entries(expression) as [string, string | readonly (string | number)[]][];
  return `${verb}(${typeof operands === 'string' ? operands : operands.join(', ')})`;
}

function pair([left, right]: readonly [Expression, Expression], sign: string): string {
  return `${inner(left)} ${sign} ${inner(right)}`;
}

function inner(expression: Expression): string {
  const isPair = 'add' in expression || 'subtract' in expression || 'multiply' in expression || 'divide' in expression;
  return isPair ? `(${wordsOf(expression)})` : wordsOf(expression);
}

/** Everything that it is made of, itself first. */
export function partsOf(expression: Expression): Expression[] {
  const found: Expression[] = [expression];
  for (const operands of Object.values(expression) as unknown[]) {
    for (const each of Array.isArray(operands) ? operands as unknown[] : [operands]) {
      if (typeof each === 'object' && each !== null) found.push(...partsOf(each as Expression));
    }
  }
  return found;
}
