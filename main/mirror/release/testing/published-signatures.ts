/**
 * Two signatures that Red Hat published (https://mirror.openshift.com/pub/openshift-v4/signatures/openshift/release): of 4.10.18, whose
 * packet is of version 3, and of 4.16.37, version 4. Base64.
 */
export const published: readonly { version: string; digest: `sha256:${string}`; signature: string }[] = [
  {
    version: '4.10.18',
    digest: 'sha256:195de2a5ef3af1083620a62a45ea61ac1233ffa27bbce7b30609a69775aeca19',
    signature:
      'owGbwMvMwMEoOU9/4l9n2UDGtYwpSWLxRQW5xZnpukWphbrZkUXB+T56SZl5SQutkquVkosySzKTE3OUrBSqlTJzE9NTwayU/OTs1CLd3MS8zL' +
      'TU4hLdlMx0IAWUUirOSDQyNbMytDRNSTVKNE1NM05MMzSwMDYzMkg0M0o0MU1NNDNMTDY0MjZOS0s0Mk9KSk41TzI2MDOwTDSzNDc3TUxNTjS0' +
      'VKrVUVAqqSwAWaeUWJKfm5mskJyfV5KYmZdapAB0bV5iSWlRqhJQVWZKal5JZkklssOKUtNSi1LzksHaC0sTK/Uy8/XzC1LzijMy00qA0jmpic' +
      'WpuimpZfr5yQUwvpWJnqGBnqGFboWFWbyZiVItyBH5BSWZ+XnQEEguSgU6pghkalBqioJHYomCP9DUYJCpCsFAV2XmpSs4lpZk5APDrVLBQA9o' +
      'HNCYTiZRZlYGUIjCQ55j8jv+/7Uu/XbHJ7Hs//N4Zf0KsbSZDx4Fifp9V53jsz1j4SPLhRadaod93tzeMP8Kb7DTZCa11fLnDxqGqJTu8st6Vn' +
      'EwYBdr+UrbmpA9Z5O21iT1t3YL8+bwPpvff/LYpTcPSu5Ulm/3draL1rtxz/zx2qQtr1LqvrUYnZqbXb3a40XEv5Ouc84fS7u15kXXhkaPy8mR' +
      'e3LDHG4e+dQ313zJhtq1PQH2W/crnHr6OIn3g/7FXV43789+2samUd+gmMOUnKWg46Unm7lYep5Dzo3yfV3l5WHx72bnxB8y+5+z7EZOZcMCI6' +
      'frai8e8T77dC+99lzt0WR5v6qZSWunmv28Zv+9LMAka5GBfAPXOukNZlVGj0ubmQpCD3lfvV13RnzvRE+Gnln15TYhVf+2ClwtKHyWfv13/+Z3' +
      'x5MCjjWveVRxeqMQ+86eI88cNxYYzjm1aMG1pMbLwTcOTngcnZM0fxFT+AcZfh9ehYVfoq1Osu+KutIo9ZRza2vLpb39brwX+8s+K26eL3t9ue' +
      'uas1ELf20SjA6QNMloXbmH4dyy2V0u/wKentd0E15jXe3Y23bgotCSG0I++dv2zPxxUPVIlLKAauL7wyqbZr+6dYirxGqFeU3sjw/NDuYFKdwX' +
      'dfcyN/80Xt8wf6vqykReya6vD2/bhqrUWbgptQt9v6x8UoRN6ea3zxI7C814PhtrBETfDxIMFLv1toTrMxODIwA=',
  },
  {
    version: '4.16.37',
    digest: 'sha256:0065822bf39b11e3a3113eb2dee4bddf0a07fe0967892498771bd9728e145ad0',
    signature:
      'owGbwMvMwMEoOU9/4l9n2UDGtYwpSWLxRQW5xZnpukWphbqlzpYW5aV6SZl56QetJlQrJRdllmQmJ+YoWSlUK2XmJqanglkp+cnZqUW6uYl5mW' +
      'mpxSW6KZnpQAoopVSckWhkamZlYGBmamFklJRmbJlkaJhqnGhsaGicmmSUkppqkpSSkmaQaGCelmpgaWZuYWlkYmlhbm6YlGJpbmSRamhimphi' +
      'oFSro6BUUlkAsk4psSQ/NzNZITk/ryQxMy+1SAHo2rzEktKiVCWgqsyU1LySzJJKZIcVpaalFqXmJYO1F5YmVupl5uvnF6TmFWdkppUApXNSE4' +
      'tTdVNSy/TzkwtgfCsTPUMzPWNz3QoLs3gzE6VakCPyC0oy8/OgIZBclAp0TBHI1KDUFAWPxBIFf6CpwSBTFYKBrgKGm4JjaUlGPjDcKhUM9Az0' +
      'DIHGdDLJsDAwcjCwsTKBgpWBi1MAFgXxrfz/XYp28Ir8m1rXVfkqeOnyTJGNAo0Nl1cu5tPZo/WC78uV2bGC6l4lOtunKE57od5uKlijqt1Xqb' +
      '/CRTun7dTW7peyXz/vbahy/blu8ufOFC+hCv2WjvULOHt2zNjN8J8nY9+OXwoM60xl58WW7Klctra53c312n2BRvtIx5W1ghzfVv1yva66S4lH' +
      'Xyd13eWIM6s9+z/ZTk47l/5qp33uqrRfsyZkCF2QUmg5psXzJ1rGUfen/9/V+ecf8uq7/b38MOZA7KG3J/vsdWP23j7VsLdqqe60Fyky8dOr7/' +
      'btiY1pnTDx9IrXdrKCk3oKVB9uvK8Vwv+SWc1h1u+z08W+2T/b+8r0Ufz11JetlyZ8TWFbNXeHmUHZ0n0qFxTTnYJvplYHa2+54r73yRSFx29F' +
      'tsw7m7lmbkDZVg7hX8bKT6sMY+9oZqhKKRlqKc/1arq8lEOf2dFPaMnS8gM7Hj/uXcsrV+qSP0n7y6u0mqRL9apNVX+eeJTc+Kj7+XfYu/Lzp7' +
      'IO+p2yEdhwOtLOdnf5esZzcvrTn8rF5H2IzzJc1LPPqvrP90oR5Tdy5cV9AqzfZCTbV0o5JqyOPvBNp375jgcz9k5wEmipepsakWbXzZ77a/fl' +
      'Y8IbxXaeqxD0uWg2lXWfd3e5wI2emuvKMcqH+/9621zplrvL+Hib2Gx3aQ62u9VyARor9v07oGr3q0HdPesl25st95k17lwBAA==',
  },
];
