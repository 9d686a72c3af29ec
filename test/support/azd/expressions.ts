// Evaluates expressions of the template, as far as a deployment without Azure can.
import vm from 'node:vm'
import { file, statements, type Value } from '../../infra/bicep.ts'

/** What the names in an expression stand for: parameters, modules, functions. */
export type Scope = Record<string, unknown>

/** Prepares the evaluation of what one file says. What `given` lacks is evaluated from its declaration there. */
export function createEvaluator(path: string, given: Scope) {
  const scope: Scope = { empty: (value: string | unknown[] | undefined) => !value?.length, ...given }
  for (const { name, value } of [...statements('param', [file(path)]), ...statements('var', [file(path)])]) {
    if (name in scope || value === undefined) continue
    Object.defineProperty(scope, name, { get: () => evaluate(value), enumerable: true })
  }
  vm.createContext(scope)

  function evaluate(value: Value): unknown {
    if (typeof value === 'string' && value.startsWith('='))
      return vm.runInContext(inJavaScript(value.slice(1)), scope)
    if (Array.isArray(value)) return value.map(evaluate)
    if (value === null || typeof value !== 'object') return value
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, evaluate(each)]))
  }
  return evaluate
}

/**
 * Bicep's operators are those of JavaScript, but for `!` after what may be null. Its strings may hold expressions, and its objects
 * need no commas.
 */
function inJavaScript(expression: string): string {
  const lines = expression
    .replace(/'([^']*\$\{[^']*)':/g, '[`$1`]:')
    .replace(/'([^']*\$\{[^']*)'/g, '`$1`')
    .replaceAll('!.', '.')
    .replace(/^(\s+\w+: .*[^{[(])$/gm, '$1,')
  return `(${lines})`
}
