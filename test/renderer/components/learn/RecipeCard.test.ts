// @vitest-environment happy-dom
import { mount } from '@vue/test-utils'
import { expect, test } from 'vitest'
import type { Recipe, RunConfig } from '../../../../src-main/contract/types.ts'
import RecipeCard from '../../../../src-renderer/components/learn/RecipeCard.vue'

const recipes: readonly Recipe[] = ['propagate', 'fine-tune']
const show = (config: RunConfig) =>
  mount(RecipeCard, { props: { modelValue: config, advice: { recipe: 'propagate', reason: 'alike' }, recipes } })
const last = (wrapper: ReturnType<typeof show>) => wrapper.emitted('update:modelValue')?.at(-1)?.[0]

test('fine-tuning can be chosen, and then how many blocks learn', async () => {
  const wrapper = show({ recipe: 'propagate', seed: 3 })
  expect(wrapper.find('select').exists()).toBe(false)
  await wrapper.find('input[value="fine-tune"]').setValue()
  expect(last(wrapper)).toEqual({ recipe: 'fine-tune', seed: 3 })
  await wrapper.setProps({ modelValue: { recipe: 'fine-tune', seed: 3 } })
  await wrapper.find('select').setValue('all')
  expect(last(wrapper)).toEqual({ recipe: 'fine-tune', seed: 3, blocks: 'all' })
  await wrapper.find('select').setValue('2')
  expect(last(wrapper)).toEqual({ recipe: 'fine-tune', seed: 3, blocks: 2 })
  await wrapper.find('select').setValue('')
  expect(last(wrapper)).toEqual({ recipe: 'fine-tune', seed: 3, blocks: undefined })
})
