import { profileNames } from '@made-open/nest';
import { kinds, objectSchema } from '../problem-schema.ts';

const { text } = kinds;
const flag = { type: 'boolean' };

/** Schemas of what the route of the profile answers. */
export const profileSchemas = {
  Profile: objectSchema(
    {
      profile: { type: 'string', enum: profileNames },
      effects: {
        type: 'array',
        items: {
          type: 'object',
          required: ['code', 'description', 'always', 'in_effect'],
          additionalProperties: false,
          properties: {
            code: { ...text, description: 'for programs; does not change' },
            description: text,
            always: { ...flag, description: 'it holds under every profile' },
            in_effect: flag,
          },
        },
      },
    },
    {
      profile: 'standard',
      effects: [
        { code: 'audited', description: 'nothing is changed …', always: true, in_effect: true },
      ],
    },
  ),
};
