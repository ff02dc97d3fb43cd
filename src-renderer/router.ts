import { createRouter, createWebHashHistory } from 'vue-router'

export const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    { path: '/', redirect: '/enrol' },
    { path: '/enrol', component: () => import('./pages/Enrol.vue'), meta: { title: 'Enrol' } },
    { path: '/enrol/folder', component: () => import('./pages/ImportFolder.vue'), meta: { title: 'Import a folder' } },
    { path: '/verify', component: () => import('./pages/Verify.vue'), meta: { title: 'Verify' } },
    { path: '/identify', component: () => import('./pages/Identify.vue'), meta: { title: 'Identify' } },
    {
      path: '/identify/list/:job',
      component: () => import('./pages/IdentifyList.vue'),
      props: true,
      meta: { title: 'Identify' },
    },
    { path: '/gallery', component: () => import('./pages/Gallery.vue'), meta: { title: 'Gallery' } },
    { path: '/gallery/analogies', component: () => import('./pages/Analogies.vue'), meta: { title: 'Analogies' } },
    { path: '/analogies', redirect: '/gallery/analogies' },
    {
      path: '/gallery/:id',
      component: () => import('./pages/IdentityPage.vue'),
      props: true,
      meta: { title: 'Identity' },
    },
    { path: '/learn', component: () => import('./pages/Learn.vue'), meta: { title: 'Learn' } },
    { path: '/learn/scratch', component: () => import('./pages/ScratchPage.vue'), meta: { title: 'From scratch' } },
    { path: '/learn/attributes', component: () => import('./pages/AttributesPage.vue'), meta: { title: 'Attributes' } },
    {
      path: '/learn/triage/:id',
      component: () => import('./pages/TriagePage.vue'),
      props: true,
      meta: { title: 'Learn' },
    },
    { path: '/learn/run/:id', component: () => import('./pages/RunPage.vue'), props: true, meta: { title: 'Run' } },
    {
      path: '/learn/review/:run',
      component: () => import('./pages/ReviewPage.vue'),
      props: true,
      meta: { title: 'Review' },
    },
    {
      path: '/learn/model/:id',
      component: () => import('./pages/ModelPage.vue'),
      props: true,
      meta: { title: 'Model' },
    },
    { path: '/lab', component: () => import('./pages/Lab.vue'), meta: { title: 'Lab' } },
    { path: '/lab/new', component: () => import('./pages/NewComparison.vue'), meta: { title: 'New comparison' } },
    {
      path: '/lab/:id',
      component: () => import('./pages/ComparisonPage.vue'),
      props: true,
      meta: { title: 'Comparison' },
    },
    { path: '/settings', component: () => import('./pages/Settings.vue'), meta: { title: 'Settings' } },
    { path: '/:rest(.*)', redirect: '/enrol' },
  ],
})

router.afterEach((to, from) => {
  // The page scrolls, not the window, so the router's own scrolling does not reach it.
  if (to.path !== from.path) document.querySelector('#page')?.scrollTo(0, 0)
  document.title = `${String(to.meta['title'] ?? 'Semblance')} · Semblance`
})
