import { neighbourGraph, type Graph } from '../src-main/engine/heads/graph.ts'
import { columnMeans, matrix, row, unitRows, type Matrix } from '../src-main/engine/heads/matrix.ts'
import { solved } from '../src-main/engine/heads/propagate.ts'
import { tf } from '../src-main/engine/tf.ts'
import { batch, type Pictures } from '../src-main/engine/training/augment.ts'
import type { Network } from '../src-main/engine/training/network.ts'
import { CLASSES } from './mnist.ts'
import { everyPlace } from './mnist100-views.ts'

/** Of a digit in the graph that labels are carried along. */
const NEIGHBOURS = 10
/** Labels go far along the graph: a hundred of them for 60,000 pictures. */
const ALPHA = 0.99
const ROUNDS = 30
const TOGETHER = 500

/** Embeddings of the pictures as they are, or as `view` changes each batch. N × D */
export function embed(
  network: Network,
  pictures: Pictures,
  places: Int32Array = everyPlace(pictures),
  view: (places: Int32Array) => Float32Array = (some) => batch(pictures, some),
): Matrix {
  const out = matrix(places.length, network.dimensions)
  for (let from = 0; from < places.length; from += TOGETHER) {
    const some = places.subarray(from, from + TOGETHER)
    const values = tf.tidy(() => {
      const x = tf.tensor4d(view(some), [some.length, pictures.height, pictures.width, 1])
      return network.forward(x, { training: false }).dataSync()
    })
    out.values.set(values, from * out.columns)
  }
  return out
}

/** Rows about their common mean, each of unit length. */
function centred(embeddings: Matrix): Matrix {
  const mean = columnMeans(embeddings)
  const out = matrix(embeddings.rows, embeddings.columns, embeddings.values.slice())
  for (let i = 0; i < out.rows; i++) {
    const one = row(out, i)
    for (let j = 0; j < one.length; j++) one[j]! -= mean[j]!
  }
  return unitRows(out)
}

/** What lies beside what. */
export const graphOf = (embeddings: Matrix): Graph => neighbourGraph(centred(embeddings), 0, NEIGHBOURS)

/** The mean of graphs over the same pictures: networks that were trained apart err apart. */
export function together(graphs: readonly Graph[]): Graph {
  const [first] = graphs
  if (!first) throw new Error('There is no graph.')
  if (graphs.length === 1) return first
  const rows = Array.from({ length: first.size }, (_, i) => {
    const edges = new Map<number, number>()
    for (const { start, column, value } of graphs)
      for (let at = start[i]!; at < start[i + 1]!; at++)
        edges.set(column[at]!, (edges.get(column[at]!) ?? 0) + value[at]! / graphs.length)
    return edges
  })
  const start = new Int32Array(first.size + 1)
  rows.forEach((edges, i) => (start[i + 1] = start[i]! + edges.size))
  return {
    size: first.size,
    start,
    column: Int32Array.from(rows.flatMap((edges) => [...edges.keys()])),
    value: Float64Array.from(rows.flatMap((edges) => [...edges.values()])),
  }
}

/**
 * Labels carried from the labelled pictures to all, F = (I − α·S)⁻¹·Y, then made to agree with classes of equal size:
 * columns and rows are normalised in turn until both hold (Sinkhorn & Knopp, 1967), rows last.
 * @param labelled places of the labelled pictures of each class
 * @returns N × c, rows that sum to 1
 */
export function taught(graph: Graph, labelled: readonly (readonly number[])[]): Matrix {
  const y = new Float64Array(graph.size * CLASSES)
  labelled.forEach((places, label) => places.forEach((place) => (y[place * CLASSES + label] = 1)))
  return balanced(solved(graph, y, CLASSES, ALPHA))
}

/** Keeps a picture that no label reaches among all classes alike. */
const NOTHING = 1e-12

export function balanced(found: Float64Array): Matrix {
  const rows = found.length / CLASSES
  const values = Float64Array.from(found, (value) => Math.max(0, value) + NOTHING)
  for (let round = 0; round < ROUNDS; round++) {
    const sums = new Float64Array(CLASSES)
    values.forEach((value, at) => (sums[at % CLASSES]! += value))
    for (let from = 0; from < values.length; from += CLASSES) {
      let sum = 0
      for (let k = 0; k < CLASSES; k++) sum += values[from + k] = values[from + k]! / sums[k]!
      for (let k = 0; k < CLASSES; k++) values[from + k]! /= sum
    }
  }
  return matrix(rows, CLASSES, Float32Array.from(values))
}

/** Each row raised to a power, sum 1 again. */
export function sharpened(targets: Matrix, power: number): Matrix {
  const out = matrix(targets.rows, targets.columns, targets.values.slice())
  for (let i = 0; i < out.rows; i++) {
    const own = row(out, i)
    own.forEach((p, k) => (own[k] = p ** power))
    const sum = own.reduce((total, p) => total + p, 0)
    own.forEach((p, k) => (own[k] = p / sum))
  }
  return out
}

/** How sure each row is: 1 − H/log c. */
export function sureness(targets: Matrix): Float32Array {
  return Float32Array.from({ length: targets.rows }, (_, i) => {
    const entropy = row(targets, i).reduce((sum, p) => (p > 0 ? sum - p * Math.log(p) : sum), 0)
    return Math.max(0, 1 - entropy / Math.log(targets.columns))
  })
}

/** The likeliest class of each row. */
export function likeliest(targets: Matrix): Uint8Array {
  return Uint8Array.from({ length: targets.rows }, (_, i) => {
    const own = row(targets, i)
    return own.indexOf(own.reduce((a, b) => Math.max(a, b), -Infinity))
  })
}
