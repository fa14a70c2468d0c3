import { gadget, group } from '../gadget.ts';
import type { Scenario } from '../stage.ts';

/** Who may what: 401, the words of 403, and the reviews. */
export const accessScenarios: Scenario[] = [
  {
    name: 'access',
    async run({ call, gadgets, ground, core, namespace }) {
      const { reader, powerless } = ground.tokens;
      await call('GET', gadgets(), { token: 'nobody-knows-it' });
      await call('GET', gadgets(), { token: powerless });
      await call('GET', gadgets('a'), { token: powerless });
      await call('GET', gadgets('a', 'status'), { token: powerless });
      await call('GET', `/apis/${group}/v1/gadgets`, { token: powerless });
      await call('GET', '/api/v1/nodes/n', { token: powerless });
      await call('GET', core('pods', 'p/log'), { token: powerless });
      await call('GET', '/apis/nowhere.example/v1/namespaces/x/things/y', { token: powerless });
      await call('GET', '/metrics', { token: powerless });
      await call('POST', gadgets(), { body: gadget('a'), token: reader });
      await call('PATCH', `${gadgets('a')}?fieldManager=x`, {
        body: gadget('a'),
        token: reader,
        type: 'application/apply-patch+yaml',
      });
      await call('DELETE', gadgets('a'), { token: reader });
      await call('DELETE', gadgets(), { token: reader });
      await call('GET', gadgets(), { token: reader });
      const review = (resourceAttributes: object, token: string) =>
        call('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
          token,
          body: {
            apiVersion: 'authorization.k8s.io/v1',
            kind: 'SelfSubjectAccessReview',
            spec: { resourceAttributes },
          },
        });
      await review({ verb: 'list', group, resource: 'gadgets', namespace }, reader);
      await review({ verb: 'create', group, resource: 'gadgets', namespace }, reader);
      await review({ verb: 'create', group, resource: 'gadgets', subresource: 'status' }, powerless);
      await call('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', {
        token: powerless,
        body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
      });
      await call('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
        token: powerless,
        body: { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: {} },
      });
    },
  },
];
