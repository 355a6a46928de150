// One import for everything. It re-exports the modules and declares nothing of its own.
@_exported public import DMAutograd
@_exported public import DMDatasets
@_exported public import DMDiffusion
@_exported public import DMExperiments
@_exported public import DMFormats
@_exported public import DMLayers
@_exported public import DMLinearAlgebra
@_exported public import DMOptimizers
@_exported public import DMTensors
@_exported public import DiffMatch
