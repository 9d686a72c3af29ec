// The state of the switches.
import type { Condition } from './conditions.ts'
import { type Switch, type SwitchedCloud, switches } from './switches.ts'

export type SwitchState = Switch & {
  isOn: boolean
  /** Of a condition that ends by itself. */
  progress: string | undefined
}

export type Board = ReturnType<typeof createBoard>

export function createBoard(cloud: SwitchedCloud) {
  const conditions = new Map<string, Condition>()

  function stateOf(each: Switch): SwitchState {
    const condition = conditions.get(each.id)
    const progress = condition?.progress?.()
    // It has ended by itself.
    if (condition?.progress && progress === undefined) turnOff(each.id)
    return { ...each, isOn: conditions.has(each.id), progress }
  }

  function turnOff(id: string): void {
    conditions.get(id)?.off()
    conditions.delete(id)
  }

  function turnOn(each: Switch): void {
    if ('trigger' in each) each.trigger(cloud)
    else conditions.set(each.id, each.on(cloud))
  }

  return {
    states: (): SwitchState[] => switches.map(stateOf),

    /**
     * Turns a switch on or off. It stays as it is when it is so already.
     *
     * @returns whether there is such a switch
     */
    set(id: string, isOn: boolean): boolean {
      const found = switches.find((each) => each.id === id)
      if (!found) return false
      if (!isOn) turnOff(id)
      else if (!stateOf(found).isOn) turnOn(found)
      return true
    },

    /** Turns every switch off. What the services hold stays. */
    turnAllOff(): void {
      for (const { id } of switches) turnOff(id)
    },
  }
}
