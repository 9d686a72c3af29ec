import { cursorOn, path } from './cursor.ts'

/** Takes the name of an object apart that is given as text: `N'dbo.Products'`, `N'[dbo].[Products]'`. */
export function pathFrom(text: string): string[] {
  return path(cursorOn(text))
}
