// Ties the translations together: whoever makes a context puts this into it.
import { translateCondition } from './conditions.ts'
import type { Translator } from './context.ts'
import { translateQuery } from './queries.ts'

export const translator: Translator = { condition: translateCondition, query: translateQuery }
