// @vitest-environment happy-dom
import { mount } from '@vue/test-utils'
import { expect, test } from 'vitest'
import Ruler from '../../../src-renderer/components/Ruler.vue'
import { calibration } from '../calibration.ts'

const draw = (distance: number, small = false) => mount(Ruler, { props: { calibration, distance, small } })
const label = (distance: number, small = false) => draw(distance, small).get('[role=img]').attributes('aria-label')

test('the label says in words what the drawing shows: value, band, limits and pairs', () => {
  expect(label(0.3)).toContain('Distance 0.30, in the band “same person”.')
  expect(label(0.55)).toContain('in the band “uncertain”')
  expect(label(0.9)).toContain('in the band “different people”')
  expect(label(0.3)).toContain('Same up to 0.40, different from 0.70')
  expect(label(0.3)).toContain('100 pairs of the same person and 200 pairs of different people')
})

test('a distance on a limit belongs to the outer band, as the verdict has it', () => {
  expect(label(0.4)).toContain('“same person”')
  expect(label(0.7)).toContain('“different people”')
})

test('every bin with pairs has a bar, and the mark stands at the distance on the line from 0 to the end', () => {
  const wrapper = draw(0.5)
  expect(wrapper.findAll('rect.genuine')).toHaveLength(5)
  expect(wrapper.findAll('rect.impostor')).toHaveLength(5)
  const same = wrapper.get('rect.band-same')
  const left = Number(same.attributes('x'))
  const perUnit = Number(same.attributes('width')) / calibration.thresholds.same
  expect(Number(wrapper.get('line.mark').attributes('x1'))).toBeCloseTo(left + 0.5 * perUnit)
})

test('a distance beyond the end stays on the line and keeps its value in words', () => {
  const wrapper = draw(1.9)
  const end =
    Number(wrapper.get('rect.band-different').attributes('x')) +
    Number(wrapper.get('rect.band-different').attributes('width'))
  expect(Number(wrapper.get('line.mark').attributes('x1'))).toBeCloseTo(end)
  expect(wrapper.get('text.value').text()).toBe('1.90')
})

test('the small ruler has the bands and the mark, without histograms', () => {
  const wrapper = draw(0.3, true)
  expect(wrapper.findAll('rect')).toHaveLength(3)
  expect(label(0.3, true)).toContain('Distance 0.30')
})
