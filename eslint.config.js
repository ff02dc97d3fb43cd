import prettier from 'eslint-config-prettier'
import vue from 'eslint-plugin-vue'
import a11y from 'eslint-plugin-vuejs-accessibility'
import ts from 'typescript-eslint'

const html = 'Names, paths and messages are text: markup made from a string is refused (Trusted Types, XSS).'
const noMarkup = ['innerHTML', 'outerHTML', 'insertAdjacentHTML', 'DOMParser'].map((name) => ({
  selector: `Identifier[name='${name}']`,
  message: html,
}))

export default [
  { ignores: ['out', 'node_modules', '.setup', 'test-results', 'playwright-report', 'resources'] },
  ...ts.configs.recommended,
  ...vue.configs['flat/recommended'],
  ...a11y.configs['flat/recommended'],
  prettier,
  { files: ['**/*.cjs'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
  { files: ['**/*.vue'], languageOptions: { parserOptions: { parser: ts.parser } } },
  {
    files: ['src-main/**/*.ts', 'src-renderer/**/*.{ts,vue}', 'db/**/*.ts', 'test/**/*.ts', 'bench/**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, extraFileExtensions: ['.vue'] } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/no-explicit-any': 'error',
      'no-console': ['error', { allow: ['error', 'warn'] }],
    },
  },
  {
    files: ['src-renderer/**/*.{ts,vue}'],
    rules: {
      'vue/no-v-html': 'error',
      'vue/multi-word-component-names': 'off',
      'vuejs-accessibility/label-has-for': ['error', { required: { some: ['nesting', 'id'] } }],
      'no-restricted-syntax': ['error', ...noMarkup],
    },
  },
  {
    files: ['src-main/**/*.ts', 'db/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'CallExpression[callee.property.name=/^(prepare|exec)$/] TemplateLiteral[expressions.length>0]',
          message: 'SQL is never built from strings: bind the values.',
        },
      ],
    },
  },
  { files: ['src-main/cli/**/*.ts', 'bench/**/*.ts'], rules: { 'no-console': 'off' } },
]
