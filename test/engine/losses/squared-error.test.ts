import { classified, type Scene } from './definitions.ts'
import { lawsOf } from './table-laws.ts'

const squares =
  (of: (o: number) => number, [other, own]: readonly [number, number] = [0, 1]) =>
  (s: Scene) =>
    classified(s, (o, label) => {
      let sum = 0
      for (let i = 0; i < o.length; i++) sum += (of(o[i]!) - (i === label ? own : other)) ** 2 / 2
      return sum
    })

const as = { placed: true, ofOneClass: true } as const

lawsOf('squared-linear', squares((o) => o), as) // prettier-ignore
lawsOf('squared-linear', squares((o) => o, [-0.5, 2]), { ...as, options: { targets: [-0.5, 2] } }) // prettier-ignore
lawsOf('squared-sigmoid', squares((o) => 1 / (1 + Math.exp(-o))), as) // prettier-ignore
lawsOf('squared-tanh', squares(Math.tanh, [-1, 1]), as)
