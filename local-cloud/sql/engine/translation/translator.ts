// The translations that a context carries.
import { translateCondition } from './conditions.ts'
import type { Translator } from './context.ts'
import { translateQuery } from './queries.ts'

export const translator: Translator = { condition: translateCondition, query: translateQuery }
