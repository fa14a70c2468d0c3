/** A complete, commented image set to begin with: what is in use is small, the rest stands in comments. */
export function imageSetTemplate(): string {
  return `# What a site needs. Check it, plan it (nothing is fetched), then pull it.
apiVersion: bastion.kmm/v1
kind: ImageSet
name: site-a

# OpenShift releases, each with its driver toolkit.
releases:
  # The public update graph, one of your own, or a file with its JSON answer.
  graph: https://api.openshift.com/api/upgrades_info/v1/graph
  architectures: [amd64] # amd64, arm64, ppc64le, s390x, multi
  channels:
    - name: stable-4.12
      from: 4.12.3
      to: 4.12.6
      path: all # all versions of the range, or: shortest
  #   - name: 4-scos-stable # OKD: from a graph of its own, signed by a key of its own (both can be named below okd)
  #     type: okd
  #     from: 4.18.0-okd-scos.8
  #     to: 4.18.0-okd-scos.10
  # images: [quay.io/openshift-release-dev/ocp-release:4.12.3-x86_64]
  # components: [driver-toolkit] # only these of a payload; empty = all, which an installation needs
  # signatures: /media/usb/signatures # where they lie; empty = the public place
  # keys: [/etc/pki/release-key.asc] # empty = Red Hat's, which come with this application
  # kubevirt: true # also the disk image from which hosted control planes boot KubeVirt machines
  # Makes the image from which an OpenShift Update Service serves the graph. Both fields may be left out; data may be a file.
  # graphImage: { base: registry.access.redhat.com/ubi9/ubi:latest, data: https://api.openshift.com/api/upgrades_info/graph-data }
  unsigned: refuse # or: accept

# Operator catalogs. Packages that others require come along.
catalogs: []
# catalogs:
#   - image: registry.redhat.io/redhat/redhat-operator-index:v4.12
#     dependencies: true
#     packages:
#       - name: advanced-cluster-management
#         channels:
#           - name: release-2.7
#             from: 2.7.1

# KMM itself: openshift takes both packages from a catalog, upstream the project's own images.
# kmm:
#   flavour: openshift
#   catalog: registry.redhat.io/redhat/redhat-operator-index:v4.12

# Images of modules, one per kernel (uname -r); device plugins come along.
modules: []
# modules:
#   - manifest: /home/team/kmm-kmod.yaml
#     kernels: [4.18.0-372.43.1.el8_6.x86_64, 4.18.0-372.46.1.el8_6.x86_64]

# Any other image.
images: []
# images:
#   - name: registry.access.redhat.com/ubi9/ubi-minimal:9.4
#     target: team/ubi-minimal:9.4

# Images that Helm charts use.
charts: []
# charts:
#   - repository: https://charts.example.org/stable
#     name: exporter
#     version: ~1.4.0

# What is left out: Go regular expressions over image names.
blocked: []

# Of multi-platform images only these, such as [linux/amd64]; empty = all.
platforms: []
`;
}
