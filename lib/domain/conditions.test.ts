import { expect, test } from '@jest/globals';
import { CONDITION_TITLES } from './conditions.ts';

test('[A88] milestones have the names that people read', () => {
  expect(CONDITION_TITLES).toMatchObject({
    CreatingInfrastructure: 'Creating Infrastructure',
    AddingControlPlaneNode: 'Adding Control Plane Node',
    CustomizingImage: 'Customizing Image',
  });
  for (const [type, title] of Object.entries(CONDITION_TITLES)) expect(title.replaceAll(' ', '')).toBe(type);
});
