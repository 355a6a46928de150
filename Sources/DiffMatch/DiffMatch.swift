import DMTensors
