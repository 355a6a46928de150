import DMTensors

/// Stops the program when a time lies outside the diffusion.
func checkTime(_ time: Double) {
    require((0...1).contains(time), "the time of a diffusion lies between 0 and 1, not at \(time)")
}
