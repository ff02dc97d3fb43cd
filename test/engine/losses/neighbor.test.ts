import { balanced, entropy, ratio, symmetric, type Form, type Scene } from './definitions.ts'
import { LAMBDA, lawsOf } from './table-laws.ts'

const oneView = (form: Form) => (s: Scene) =>
  ratio(s, form, false, s.weight) + LAMBDA.unlabelled * entropy(s, form) + LAMBDA.balance * balanced(s.x, s.z, form)

const twoViews = (form: Form) => (s: Scene) =>
  ratio(s, form, false, s.weight) +
  LAMBDA.unlabelled * symmetric(s, form, s.weight) +
  LAMBDA.balance * balanced([...s.x, ...s.second], s.z, form, [...s.weight, ...s.weight])

const options = { scale: 2 }

lawsOf('distance-ratio', oneView({ squared: true, scale: 2 }), { options })
lawsOf('distance-ratio-plain', oneView({ squared: false, scale: 2 }), { options })
lawsOf('two-views', twoViews({ squared: true, scale: 2 }), { options })
lawsOf('two-views-plain', twoViews({ squared: false, scale: 2 }), { options })
